/**
 * `way-in`: a one-time link for a person who cannot sign in any more, when nobody is left who could make one in the
 * server. Whoever runs it has the server's machine; the audit log and an event say that it was done.
 */
import { userInfo } from 'node:os'
import type { Account } from '../accounts/account.ts'
import { type Actor, SERVER_ACTOR } from '../accounts/actor.ts'
import { secondsOf } from '../ports.ts'
import { invite } from '../sign-in/one-time-link.ts'
import { pagePlaceOf } from '../sign-in/page-place.ts'
import type { Database, Stores } from '../stores.ts'
import { besideServer } from './beside.ts'
import { CommandRefused, type ServerCommand } from './command.ts'

export const wayIn: ServerCommand = {
  name: 'way-in',
  usage: '[LOGIN]',
  summary:
    'make a one-time link for a person who cannot sign in; without a login, list administrators',
  examples: [
    'way-in --settings /etc/fleetward/server.json',
    'way-in anna@example.com --settings /etc/fleetward/server.json',
  ],
  wordsMax: 1,
  run: async ({ settings, words, write, note }) => {
    await besideServer(settings, async ({ database, clock }) => {
      const [login] = words
      if (login === undefined) {
        const administrators = await database.accounts.administrators()
        if (administrators.length === 0) throw nobodyYet()
        for (const account of administrators) write(`${account.login} (${account.name})\n`)
        note('Name one of them: fleetward-server way-in LOGIN --settings FILE')
        return
      }
      const now = secondsOf(clock)
      const { path, expiresAt } = await makeWayIn(database, login.toLowerCase(), now)
      const place = pagePlaceOf(settings, () => settings.listen.operator)
      write(`${place.origin()}${path}\n`)
      note(
        `It opens once, until ${new Date(expiresAt * 1000).toISOString()}. Earlier links open nothing any more.`,
      )
      note('The person keeps every way in there is: remove lost keys after signing in.')
    })
  },
}

function makeWayIn(database: Database, login: string, now: number) {
  return database.transaction(async (stores) => {
    const account = await requirePerson(stores, login)
    const actor = whoRunsThis()
    await stores.audit.append({
      ...{ at: now, actor, action: 'account.way-in-made', subject: `account/${account.id}` },
      ...{ after: { byCommand: true }, outcome: 'done' },
    })
    const data = { account: account.id, name: account.name, by: actor.name }
    await stores.events.add({ at: now, type: 'security.way-in-made', data })
    return invite(stores, account.id, now)
  })
}

async function requirePerson({ accounts }: Stores, login: string): Promise<Account> {
  if ((await accounts.administrators()).length === 0) throw nobodyYet()
  const account = await accounts.findByLogin(login)
  if (account === undefined) {
    throw new CommandRefused(
      `Nobody signs in as ${login}. Without a login, way-in lists administrators.`,
    )
  }
  if (account.disabledAt === undefined) return account
  throw new CommandRefused(
    `${login} is disabled. Let an administrator sign in and enable the account.`,
  )
}

function nobodyYet(): CommandRefused {
  return new CommandRefused(
    'There is no administrator yet. The server writes the link for the first one into first-administrator, in its data folder, at each start.',
  )
}

/** The machine's user, as the system names him. */
function whoRunsThis(): Actor {
  return { ...SERVER_ACTOR, name: `the command way-in, run by ${userInfo().username}` }
}
