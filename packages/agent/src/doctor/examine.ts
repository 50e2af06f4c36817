/** Every check in order; one that cannot look is a finding too. */
import { codeOf } from '@fleetward/shared'
import type { Check, Finding, Site } from './check.ts'
import { fileChecks } from './file-checks.ts'
import { identityChecks } from './identity-checks.ts'
import { installationChecks } from './installation-checks.ts'
import { privilegeChecks } from './privilege-checks.ts'
import { processChecks } from './process-checks.ts'
import { systemChecks } from './system-checks.ts'
import { toolChecks } from './tool-checks.ts'

export const CHECKS: readonly Check[] = [
  ...fileChecks,
  ...privilegeChecks,
  ...installationChecks,
  ...toolChecks,
  ...identityChecks,
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
    const { level, seen, next } = await look(check, site)
    const said = {
      level,
      seen: oneLine(seen),
      ...(next === undefined ? {} : { next: oneLine(next) }),
    }
    examined.push({ check: { id, what, why }, ...said })
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

/** Names of files are whoever's who made them, and root's terminal shows this. */
function oneLine(text: string): string {
  return text.replaceAll('\n', ' ').replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '�')
}
