"""Role codes of the people (and the system) who move a case, and their names in both languages."""

from enum import StrEnum


class Role(StrEnum):
    """Who acts. The first fifteen are the usual posts of a grid centre; the rest serve a whole district."""

    RESIDENT = "resident"
    GRID_WORKER = "grid_worker"
    GRID_LEADER = "grid_leader"
    ACCEPTOR = "acceptor"
    DUTY_CHIEF = "duty_chief"
    DISPATCHER = "dispatcher"
    DEPARTMENT = "department"
    HANDLER = "handler"
    SUPERVISOR = "supervisor"
    MEDIATOR = "mediator"
    CASEWORKER = "caseworker"
    PRIVACY_OFFICER = "privacy_officer"
    SYSADMIN = "sysadmin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"
    DISTRICT_DIRECTOR = "district_director"
    SUBDISTRICT_LEADER = "subdistrict_leader"
    COMMUNITY_SECRETARY = "community_secretary"
    LINKED_OFFICIAL = "linked_official"
    INFORMATION_CLERK = "information_clerk"
    WINDOW_CLERK = "window_clerk"
    BUILDING_HEAD = "building_head"
    VOLUNTEER = "volunteer"
    PROPERTY_PARTNER = "property_partner"
    RESIDENT_PARTNER = "resident_partner"
    HOTLINE_OPERATOR = "hotline_operator"
    SYSTEM = "system"

    @property
    def zh(self) -> str:
        return NAMES[self][0]

    @property
    def en(self) -> str:
        return NAMES[self][1]


NAMES: dict[Role, tuple[str, str]] = {
    Role.RESIDENT: ("居民", "Resident"),
    Role.GRID_WORKER: ("网格员", "Grid worker"),
    Role.GRID_LEADER: ("网格长", "Grid leader"),
    Role.ACCEPTOR: ("受理员", "Acceptor"),
    Role.DUTY_CHIEF: ("值班长", "Duty chief"),
    Role.DISPATCHER: ("派遣员", "Dispatcher"),
    Role.DEPARTMENT: ("承办单位", "Department desk"),
    Role.HANDLER: ("处置人员", "Handler"),
    Role.SUPERVISOR: ("督查员", "Supervisor"),
    Role.MEDIATOR: ("人民调解员", "People's mediator"),
    Role.CASEWORKER: ("社区社工", "Social worker"),
    Role.PRIVACY_OFFICER: ("个人信息保护负责人", "Personal information protection officer"),
    Role.SYSADMIN: ("系统管理员", "System administrator"),
    Role.SECURITY_ADMIN: ("安全管理员", "Security administrator"),
    Role.AUDITOR: ("审计管理员", "Audit administrator"),
    Role.DISTRICT_DIRECTOR: ("区网格中心主任", "District director"),
    Role.SUBDISTRICT_LEADER: ("街道负责人", "Subdistrict leader"),
    Role.COMMUNITY_SECRETARY: ("社区书记", "Community secretary"),
    Role.LINKED_OFFICIAL: ("联点干部", "Linked official"),
    Role.INFORMATION_CLERK: ("信息员", "Information clerk"),
    Role.WINDOW_CLERK: ("窗口人员", "Window clerk"),
    Role.BUILDING_HEAD: ("楼栋长", "Building head"),
    Role.VOLUNTEER: ("志愿者", "Volunteer"),
    Role.PROPERTY_PARTNER: ("物业企业", "Property company"),
    Role.RESIDENT_PARTNER: ("驻区单位", "Resident organisation"),
    Role.HOTLINE_OPERATOR: ("热线话务员", "Hotline operator"),
    Role.SYSTEM: ("系统", "System"),
}
