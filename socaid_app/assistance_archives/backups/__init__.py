"""Backups that are encrypted, in several places, and proved by restoring them (服务方案 1.1.2-19 to 21).

A backup is a directory staged once (``staging.py``): Frappe's own consistent dump of the database, the files,
the site's configuration, and a manifest with the checksum of every table and file. The same directory then goes
to each Backup Destination, so that copies can be compared by their content. Every operation leaves a Backup Run
or a Backup Restore Test, which nobody can write, change or delete by hand (``ledger.py``).

Why restic, and neither Frappe's encrypted backup nor age:

- Frappe encrypts with gpg and one passphrase, which it passes on the command line, and keeps in the very
  site_config.json that it stores unencrypted beside the backup; when gpg fails the files stay in clear. Its key
  cannot be changed for the copies that exist already.
- age encrypts a stream well, and does nothing else: copies, retention, checks and changing the recipients of
  old copies would all have to be written here.
- restic encrypts and authenticates everything it stores, knows local, sftp, S3 and (by rclone) most other stores,
  keeps unchanged data once, removes old snapshots, checks a medium, and holds several keys per repository, so that
  a password is changed without writing the data again. It is in Debian.

What restic does not do: a changed password does not change the master key inside the repository. If a key has
become known, make a new destination and empty the old one.
"""
