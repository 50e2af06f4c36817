/** What the service manager has taken from the agent's process, so that a hole in it opens little. */
import { readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { ofAgent } from './agent-process.ts'
import { type Check, note, ok, warning, wrong } from './check.ts'

const SHIPPED_UNIT = 'use the unit that is shipped, or its [Service] lines'

export const confinementChecks: readonly Check[] = [
  {
    id: 'agent-confined',
    what: 'The agent has no capabilities, can gain none, and its system calls are filtered.',
    why: 'Whoever takes it over could do little beyond it (CRA P-093).',
    look: (site) =>
      ofAgent(site, async (folder) => {
        const status = await readFile(join(folder, 'status'), 'utf8')
        const value = (name: string) =>
          new RegExp(`^${name}:\\s*(\\w+)$`, 'm').exec(status)?.[1] ?? 'unknown'
        const open = [
          ...(/^0+$/.test(value('CapEff')) ? [] : [`CapEff ${value('CapEff')}`]),
          ...(value('NoNewPrivs') === '1' ? [] : [`NoNewPrivs ${value('NoNewPrivs')}`]),
          // SECCOMP_MODE_FILTER of prctl(2).
          ...(value('Seccomp') === '2' ? [] : [`Seccomp ${value('Seccomp')}`]),
        ]
        if (open.length === 0) return ok('no capabilities, no new ones, system calls filtered')
        const seen = open.join(', ')
        // One process that installs and starts the product needs most of what there is.
        if (site.settings.privileges === undefined) return note(seen, SHIPPED_UNIT)
        return warning(seen, SHIPPED_UNIT)
      }),
  },
  {
    id: 'stack-not-executable',
    what: 'The agent’s stack holds no code that runs (NX).',
    why: 'What an attacker writes there would run (CRA P-093).',
    look: (site) =>
      ofAgent(site, async (folder) => {
        const maps = await readFile(join(folder, 'maps'), 'utf8')
        const [, rights] = /^\S+ (\S{4}) .*\[stack\]$/m.exec(maps) ?? []
        if (rights === undefined) return note('no stack to be seen', 'ask again as root')
        if (!rights.includes('x')) return ok(rights)
        const program = await readlink(join(folder, 'exe')).catch(() => 'the program')
        return wrong(
          rights,
          `build ${program} without an executable stack (readelf -lW: GNU_STACK)`,
        )
      }),
  },
]
