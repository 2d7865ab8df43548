from socaid_app.assistance_archives.backups.ledger import LedgerDocument


class BackupRun(LedgerDocument):
	pass
