/** `fleetward-agent doctor`: whether the device is set up as one in the field has to be. */
import { findClaim } from '../data-folder/claim-data-folder.ts'
import { CHECKS, type Examined, examine } from '../doctor/examine.ts'
import { onlineChecks } from '../doctor/online-checks.ts'
import { loadToExamine } from '../doctor/settings-check.ts'
import { toldByAgent } from '../doctor/told-by-agent.ts'
import { countOf, toldFindings } from '../doctor/told-findings.ts'
import type { Settings } from '../settings.ts'
import type { AgentCommand, CommandContext } from './command.ts'

const SIGNS = { ok: 'ok     ', note: 'note   ', warning: 'WARNING', wrong: 'WRONG  ' } as const

export const doctorCommand: AgentCommand = {
  name: 'doctor',
  usage: '[--online]',
  summary: 'Checks how the device is set up; exit code 1 when something is wrong.',
  examples: [
    'sudo fleetward-agent doctor',
    'fleetward-agent doctor --online',
    'fleetward-agent doctor --json',
  ],
  options: { online: { type: 'boolean' } },
  run: async (context) => {
    const { settings, finding } = await loadToExamine(context.settings)
    const examined = [finding, ...(settings === undefined ? [] : await look(settings, context))]
    const [wrong, warnings, notes] = (['wrong', 'warning', 'note'] as const).map((level) =>
      countOf(examined, level),
    )
    const summary = `\n${examined.length} checks: ${wrong} wrong, ${warnings} warnings, ${notes} notes.`
    context.out.answer(toldFindings(examined), [...examined.flatMap(say), summary])
    return wrong === 0 ? 0 : 1
  },
}

async function look(settings: Settings, { agent, values }: CommandContext): Promise<Examined[]> {
  const claim = await findClaim(settings.dataFolder).catch(() => undefined)
  const told = await toldByAgent(async () => (await agent()).json('/1/doctor'))
  const site = {
    ...{ settings, pid: claim?.pid, procFolder: '/proc' },
    ...{ nowMs: Date.now(), nodeVersion: process.version },
  }
  return examine(site, [...CHECKS, ...told, ...(values.online === true ? onlineChecks : [])])
}

function say({ check, level, seen, next }: Examined): string[] {
  const line = `${SIGNS[level]} ${check.id}: ${seen}`
  if (next === undefined) return [line]
  return [line, `        ${check.what} ${check.why}`, `        Next: ${next}`]
}
