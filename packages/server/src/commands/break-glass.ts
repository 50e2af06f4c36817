/**
 * `break-glass create`: prints the code that opens the break-glass account once. Whoever runs it has the server's
 * machine; the code goes on paper into an envelope, and nowhere else.
 */
import { userInfo } from 'node:os'
import { SERVER_ACTOR } from '../accounts/actor.ts'
import { BreakGlass } from '../break-glass/break-glass.ts'
import { besideServer } from './beside.ts'
import { type ServerCommand, UsageError } from './command.ts'

export const breakGlass: ServerCommand = {
  name: 'break-glass',
  usage: 'create',
  summary: 'print a sealed code that opens the break-glass account once, for an hour',
  examples: ['break-glass create --settings /etc/fleetward/server.json'],
  wordsMax: 1,
  run: async ({ settings, words, write, note }) => {
    if (words[0] !== 'create')
      throw new UsageError('Say what to do: break-glass create. See --help.')
    await besideServer(settings, async ({ database, clock }) => {
      const name = `the command break-glass, run by ${userInfo().username}`
      write(`${await new BreakGlass({ database, clock }).seal({ ...SERVER_ACTOR, name })}\n`)
      note(
        'It is shown this once and stored as a digest. Write it down, seal it, and keep it apart.',
      )
      note('A code made before opens nothing any more. Its use alarms everybody and uses it up.')
    })
  },
}
