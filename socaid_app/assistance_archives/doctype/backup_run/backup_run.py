from socaid_app.assistance_archives.backups.ledger import LedgerDocument
from socaid_app.casework.records import ANY, NOTHING, Guard


class BackupRun(LedgerDocument):
	GUARD = Guard(writable={ANY: NOTHING})
