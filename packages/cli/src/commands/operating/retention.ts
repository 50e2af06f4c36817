/** `fleetward retention`: how long the server keeps what. It is set in the server's settings file. */
import type { Command } from 'commander'
import { type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'

export function addRetention(program: Command, { terminal, finish }: Surroundings): void {
  const retention = withServer(
    program.command('retention').description('how long the server keeps what'),
  ).action(async (options: ServerOptions) => {
    const client = await openServer(options, terminal)
    const { hold, ...days } = (await client.get('/retention')) as Record<string, number | boolean>
    finish({
      json: { ...days, hold },
      lines: [
        ...Object.entries(days).map(
          ([name, value]) => `${name.replace(/Days$/, '').padEnd(12)} ${value} days`,
        ),
        ...(hold === true ? ['On hold: nothing is deleted for now.'] : []),
      ],
    })
  })
  withExamples(retention, 'retention --token-file token')
}
