/** Every check in order; one that cannot look is a finding too. */
import { codeOf } from '@fleetward/shared'
import type { Check, Finding, Site } from './check.ts'
import { fileChecks } from './file-checks.ts'
import { installationChecks } from './installation-checks.ts'
import { processChecks } from './process-checks.ts'
import { systemChecks } from './system-checks.ts'

export const CHECKS: readonly Check[] = [
  ...fileChecks,
  ...installationChecks,
  ...processChecks,
  ...systemChecks,
]

export interface Examined extends Finding {
  readonly check: Pick<Check, 'id' | 'what' | 'why'>
}

export async function examine(site: Site, checks = CHECKS): Promise<Examined[]> {
  const examined: Examined[] = []
  for (const check of checks) {
    const { id, what, why } = check
    examined.push({ check: { id, what, why }, ...(await look(check, site)) })
  }
  return examined
}

async function look(check: Check, site: Site): Promise<Finding> {
  try {
    return await check.look(site)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const known = codeOf(error)?.code ?? code ?? (error as Error).name
    const isDenied = code === 'EACCES' || code === 'EPERM'
    return {
      level: isDenied ? 'note' : 'wrong',
      seen: `could not be looked at: ${known}`,
      next: isDenied ? 'ask again as root' : (error as Error).message.slice(0, 300),
    }
  }
}
