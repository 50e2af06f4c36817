/** Every check in order; one that cannot look is a finding too. */
import { codeOf } from '@fleetward/shared'
import type { Check, Finding, Site } from './check.ts'
import { clockChecks } from './clock-checks.ts'
import { confinementChecks } from './confinement-checks.ts'
import { fileChecks } from './file-checks.ts'
import { identityChecks } from './identity-checks.ts'
import { installationChecks } from './installation-checks.ts'
import { memoryChecks } from './memory-checks.ts'
import { privilegeChecks } from './privilege-checks.ts'
import { processChecks } from './process-checks.ts'
import { socketChecks } from './socket-checks.ts'
import { systemChecks } from './system-checks.ts'
import { toolChecks } from './tool-checks.ts'

export const CHECKS: readonly Check[] = [
  ...fileChecks,
  ...socketChecks,
  ...privilegeChecks,
  ...installationChecks,
  ...toolChecks,
  ...identityChecks,
  ...processChecks,
  ...confinementChecks,
  ...systemChecks,
  ...memoryChecks,
  ...clockChecks,
]

export interface Examined extends Finding {
  readonly check: Pick<Check, 'id' | 'what' | 'why'>
}

export async function examine(site: Site, checks = CHECKS): Promise<Examined[]> {
  const examined: Examined[] = []
  for (const check of checks) examined.push(found(check, await look(check, site)))
  return examined
}

export function found({ id, what, why }: Examined['check'], finding: Finding): Examined {
  const { level, seen, next } = finding
  const said = {
    level,
    seen: oneLine(seen),
    ...(next === undefined ? {} : { next: oneLine(next) }),
  }
  return { check: { id, what, why }, ...said }
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
