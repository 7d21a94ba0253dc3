"""Everything that is chained and sealed, recomputed and compared; every difference is named."""

from gridward.audit.verification.everything import Verified, verify_everything
from gridward.audit.verification.findings import Finding

__all__ = ["Finding", "Verified", "verify_everything"]
