/** Keeps nothing: for what runs without a device around it. */
import type { ActivityLog } from '../ports.ts'

export const silentActivity: ActivityLog = {
  record: async () => {},
  head: () => ({ seq: 0, hash: '' }),
  claim: () => undefined,
  setOff: async () => {},
}
