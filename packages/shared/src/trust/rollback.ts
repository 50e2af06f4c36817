/** Rollback attacks on timestamp and snapshot (TUF 5.4.3, 5.5.5). */
import { TrustError } from '../errors.ts'
import type { Snapshot } from '../metadata/snapshot.ts'
import type { Timestamp } from '../metadata/timestamp.ts'

/** Equal versions are no error: the repository has nothing new, TUF 5.4.3.1. */
export function requireNewerTimestamp(trusted: Timestamp, offered: Timestamp): 'new' | 'same' {
  // TUF 5.4.3.1
  requireNotDecreased('timestamp', trusted.version, offered.version)
  if (trusted.version === offered.version) return 'same'
  // TUF 5.4.3.2
  requireNotDecreased('snapshot', trusted.snapshot.version, offered.snapshot.version)
  return 'new'
}

/** TUF 5.5.5: every role listed so far is still listed, and with no lower version. */
export function requireNewerSnapshot(trusted: Snapshot, offered: Snapshot): void {
  for (const [name, { version }] of trusted.meta) {
    const file = offered.meta.get(name)
    if (file === undefined) throw new TrustError('ROLE_MISSING', { role: name, in: 'snapshot' })
    requireNotDecreased(name, version, file.version)
  }
}

function requireNotDecreased(role: string, trusted: number, offered: number): void {
  if (offered >= trusted) return
  throw new TrustError('VERSION_DECREASED', { role, trusted, offered })
}
