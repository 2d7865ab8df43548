from socaid_app.assistance_archives.backups.ledger import LedgerDocument


class BackupRestoreTest(LedgerDocument):
	pass
