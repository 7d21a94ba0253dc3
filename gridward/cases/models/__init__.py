"""Categories and standards; cases, their steps, clocks, requests; what is sealed or attached."""

from gridward.cases.models.calling import CallBack, CallBackRound
from gridward.cases.models.case import Case, CaseStep, NumberSeries, Watch
from gridward.cases.models.category import Category, Standard
from gridward.cases.models.clock import CaseClock, CaseRequest, Escalation
from gridward.cases.models.contact import Attachment, Contact, Rating
from gridward.cases.models.evaluation import CaseEvaluation
from gridward.cases.models.handover import Handover, PhoneReminder
from gridward.cases.models.helping import CategoryHelp
from gridward.cases.models.history import CaseInGrid
from gridward.cases.models.joint import JointCall, JointTask
from gridward.cases.models.link import CaseLink, WaitingPhoto
from gridward.cases.models.notice import WorksNotice
from gridward.cases.models.paper import PaperTemplate
from gridward.cases.models.reply import ReplyTemplate
from gridward.cases.models.responsibility import Responsibility
from gridward.cases.models.rollup import (
    RollupCategoryMonth,
    RollupDelta,
    RollupDistrictMonth,
    RollupFlow,
    RollupGridMonth,
    RollupStock,
)
from gridward.cases.models.routing import RoutingRule, RoutingTable
from gridward.cases.models.searching import SearchText
from gridward.cases.models.telling import TellingAttempt

__all__ = [
    "Attachment",
    "CallBack",
    "CallBackRound",
    "Case",
    "CaseClock",
    "CaseEvaluation",
    "CaseInGrid",
    "CaseLink",
    "CaseRequest",
    "CaseStep",
    "Category",
    "CategoryHelp",
    "Contact",
    "Escalation",
    "JointCall",
    "JointTask",
    "Handover",
    "NumberSeries",
    "PaperTemplate",
    "PhoneReminder",
    "Rating",
    "ReplyTemplate",
    "Responsibility",
    "RoutingRule",
    "RoutingTable",
    "SearchText",
    "RollupCategoryMonth",
    "RollupDelta",
    "RollupDistrictMonth",
    "RollupFlow",
    "RollupGridMonth",
    "RollupStock",
    "Standard",
    "TellingAttempt",
    "WaitingPhoto",
    "Watch",
    "WorksNotice",
]
