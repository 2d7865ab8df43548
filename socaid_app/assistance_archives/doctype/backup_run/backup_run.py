from socaid_app.assistance_archives.backups.operations_log import LedgerDocument
from socaid_app.casework.records import ANY, NOTHING, Guard


class BackupRun(LedgerDocument):
	GUARD = Guard(writable={ANY: NOTHING})
