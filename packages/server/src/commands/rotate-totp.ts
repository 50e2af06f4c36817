/**
 * `rotate totp`: after a theft of the database with its key. A seed cannot be changed without the person whose
 * authenticator app holds it: every password with its seed and recovery codes ends, with the sessions that
 * were opened by them, and each person gets a link to set up another. Passkeys stay: their secret never was here.
 */
import { SERVER_ACTOR } from '../accounts/actor.ts'
import { alone } from '../adapters/sql/alone.ts'
import { sqlStores } from '../adapters/sql/sql-stores.ts'
import { secondsOf } from '../ports.ts'
import { invite } from '../sign-in/one-time-link.ts'
import { pagePlaceOf } from '../sign-in/page-place.ts'
import { besideServer } from './beside.ts'
import type { CommandContext } from './command.ts'

export async function rotateTotp({ settings, write, note }: CommandContext): Promise<void> {
  await besideServer(settings, async ({ connection, clock }) => {
    const now = secondsOf(clock)
    const place = pagePlaceOf(settings, () => settings.listen.operator)
    const lines = await alone(connection, async (transaction) => {
      const stores = sqlStores(transaction)
      const ways = await transaction.selectFrom('passwords').select('account').execute()
      const links: string[] = []
      for (const { account: id } of ways) {
        await stores.signIn.passwords.remove(id)
        await stores.signIn.recoveryCodes.replace(id, [])
        await transaction.deleteFrom('sessions').where('account', '=', id).execute()
        const account = await stores.accounts.find(id)
        const subject = `account/${id}`
        const what = { at: now, actor: SERVER_ACTOR, action: 'account.totp-rotated', subject }
        await stores.audit.append({ ...what, outcome: 'done' })
        if (account === undefined || account.disabledAt !== undefined) continue
        const { path } = await invite(stores, id, now)
        links.push(`${account.login}\t${place.origin()}${path}\n`)
      }
      if (ways.length > 0) {
        const data = { accounts: ways.length }
        await stores.events.add({ at: now, type: 'security.totp-rotated', data })
      }
      return links
    })
    for (const line of lines) write(line)
    note(
      lines.length === 0
        ? 'Nobody signs in with a password and an authenticator app.'
        : 'Each link opens once, for three days: hand them to these people alone.',
    )
  })
}
