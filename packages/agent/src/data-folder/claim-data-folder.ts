/** One agent per data folder: two would write one record, and fight over one product. */
import { join } from 'node:path'
import { findRecordedProcess, recordProcess, removeDurably } from '@fleetward/platform'
import { DeviceError } from '@fleetward/shared'

export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError'

  constructor(dataFolder: string, pid: number) {
    super(
      `Another agent (process ${pid}) works in ${dataFolder} already. ` +
        'End that one first, or give this one a data folder of its own.',
    )
  }
}

/** A starter (self/) and the agent that it runs work in one folder. */
type Claim = 'agent.pid' | 'starter.pid'

/** Returns how to give it back. A claim of an agent that was killed does not count. */
export async function claimDataFolder(
  dataFolder: string,
  claim: Claim = 'agent.pid',
): Promise<() => Promise<void>> {
  const path = join(dataFolder, claim)
  const before = await findRecordedProcess(path)
  if (before !== undefined) throw new DataFolderInUseError(dataFolder, before.pid)
  try {
    await recordProcess(path)
  } catch (error) {
    // On a full disk the product has to run all the same; only a second agent goes unnoticed.
    if (!(error instanceof DeviceError)) throw error
  }
  // Of two that started in the same moment, the one whose claim stands goes on.
  const now = await findRecordedProcess(path)
  if (now !== undefined && now.pid !== process.pid) {
    throw new DataFolderInUseError(dataFolder, now.pid)
  }
  return () => removeDurably(path)
}

/** The agent that works there now. */
export function findClaim(dataFolder: string): Promise<{ readonly pid: number } | undefined> {
  const claim: Claim = 'agent.pid'
  return findRecordedProcess(join(dataFolder, claim))
}
