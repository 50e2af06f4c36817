/** `fleetward-agent doctor`: whether the device is set up as one in the field has to be. */
import { findClaim } from '../data-folder/claim-data-folder.ts'
import type { Level } from '../doctor/check.ts'
import type { Examined } from '../doctor/examine.ts'
import { examine } from '../doctor/examine.ts'
import type { AgentCommand } from './command.ts'

const SIGNS = { ok: 'ok     ', note: 'note   ', warning: 'WARNING', wrong: 'WRONG  ' } as const

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
    const count = (wanted: Level) => examined.filter(({ level }) => level === wanted).length
    const [wrong, warnings] = [count('wrong'), count('warning')]
    const checks = examined.map(({ check, level, seen, next }) => ({
      ...{ id: check.id, level, seen },
      ...(next === undefined ? {} : { why: check.why, next }),
    }))
    const summary = `\n${examined.length} checks: ${wrong} wrong, ${warnings} warnings, ${count('note')} notes.`
    out.answer({ wrong, warnings, checks }, [...examined.flatMap(say), summary])
    return wrong === 0 ? 0 : 1
  },
}

function say({ check, level, seen, next }: Examined): string[] {
  const line = `${SIGNS[level]} ${check.id}: ${seen}`
  if (next === undefined) return [line]
  return [line, `        ${check.what} ${check.why}`, `        Next: ${next}`]
}
