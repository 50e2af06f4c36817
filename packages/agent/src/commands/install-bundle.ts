/** `fleetward-agent install --file`: an offline bundle, verified as if it had come over the network. */
import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import type { AgentCommand } from './command.ts'
import { textOf, UsageError } from './command.ts'

/** With `--file` it brings the update; without, it is the owner's yes to the one that is offered. */
export function withBundle(install: AgentCommand): AgentCommand {
  return {
    ...install,
    usage: '[--file BUNDLE]',
    summary: 'Installs the offered update now, or the one in an offline bundle.',
    examples: [...install.examples, 'fleetward-agent install --file /media/usb/g1-1.4.3.fwbundle'],
    options: { ...install.options, file: { type: 'string' } },
    run: async (context) => {
      const file = textOf(context.values, 'file')
      if (file === undefined) return install.run(context)
      await access(file).catch(() => {
        throw new UsageError(`The file ${file} cannot be read.`)
      })
      const agent = await context.agent()
      const upload = createReadStream(file, { highWaterMark: 256 * 1024 })
      const json = await agent.json('/1/bundle', { method: 'PUT', upload })
      const { version } = json as { version: string }
      context.out.answer(json, [
        `The bundle of ${version} is verified and installs now.`,
        'Watch it: fleetward-agent status.',
      ])
      return 0
    },
  }
}
