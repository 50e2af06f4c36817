/** `fleetward-agent doctor`: whether the device is set up as one in the field has to be. */
import { findClaim } from '../data-folder/claim-data-folder.ts'
import type { Examined } from '../doctor/examine.ts'
import { examine } from '../doctor/examine.ts'
import type { AgentCommand } from './command.ts'

const SIGNS = { ok: 'ok   ', note: 'note ', wrong: 'WRONG' } as const

export const doctorCommand: AgentCommand = {
  name: 'doctor',
  usage: '',
  summary: 'Checks how the device is set up; exit code 1 when something is wrong.',
  examples: ['sudo fleetward-agent doctor', 'fleetward-agent doctor --json'],
  run: async ({ settings: load, out }) => {
    const settings = await load()
    const claim = await findClaim(settings.dataFolder).catch(() => undefined)
    const examined = await examine({
      settings,
      pid: claim?.pid,
      procFolder: '/proc',
      nowMs: Date.now(),
      nodeVersion: process.version,
    })
    const wrong = examined.filter(({ level }) => level === 'wrong').length
    const checks = examined.map(({ check, level, seen, next }) => ({
      ...{ id: check.id, level, seen },
      ...(next === undefined ? {} : { why: check.why, next }),
    }))
    out.answer({ wrong, checks }, [...examined.flatMap(say), summary(wrong, examined.length)])
    return wrong === 0 ? 0 : 1
  },
}

function say({ check, level, seen, next }: Examined): string[] {
  const line = `${SIGNS[level]} ${check.id}: ${seen}`
  if (next === undefined) return [line]
  return [line, `      ${check.what} ${check.why}`, `      Next: ${next}`]
}

function summary(wrong: number, all: number): string {
  return wrong === 0 ? `\n${all} checks, nothing wrong.` : `\n${wrong} of ${all} checks are wrong.`
}
