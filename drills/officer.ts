/** The person at the desk of a drill: signs in with a passkey, and gives the command line a token of their own. */
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PERMISSIONS } from '../packages/server/src/accounts/permission.ts'
import type { SoftAuthenticator } from '../packages/server/test/support/soft-authenticator.ts'
import { WebVisitor } from '../packages/server/test/support/web-visitor.ts'

/** Where mails to the person at the desk go. */
export const OFFICER = 'officer@lumen.example'

export class Officer {
  readonly #folder: string
  readonly #url: () => string
  #passkey: SoftAuthenticator | undefined

  constructor(folder: string, url: () => string) {
    this.#folder = folder
    this.#url = url
  }

  /** The first administrator signs in by the link, with a passkey, and makes a token of their own: findings are decided by persons. */
  async begin(firstAdministratorFile: string): Promise<void> {
    await writeFile(
      join(this.#folder, 'passphrase'),
      `${randomBytes(18).toString('base64url')}\n`,
      {
        mode: 0o600,
      },
    )
    const link = (await readFile(firstAdministratorFile, 'utf8')).trim()
    const visitor = this.#browser()
    await visitor.post('/welcome', { code: link.split('#')[1] ?? '' })
    await visitor.post('/welcome/you', { name: 'Security officer', login: OFFICER })
    this.#passkey = await visitor.makePasskey('/welcome/passkey')
    await this.#makeToken(visitor)
  }

  /** Months pass in a drill, and no token lives that long. */
  async renewToken(): Promise<void> {
    if (this.#passkey === undefined) return
    const visitor = this.#browser()
    await visitor.showPasskey(this.#passkey)
    await this.#makeToken(visitor)
  }

  async #makeToken(visitor: WebVisitor): Promise<void> {
    const wanted = { name: 'drill', scopes: PERMISSIONS, product: '*' }
    const headers = { 'x-fleetward': '1', 'sec-fetch-site': 'same-origin' }
    const made = await visitor.script('/api/1/me/tokens', wanted, headers)
    if (made.status !== 201) throw new Error(`no token was made: ${made.text}`)
    await writeFile(join(this.#folder, 'token'), `${made.json.secret}\n`, { mode: 0o600 })
  }

  #browser(): WebVisitor {
    return new WebVisitor(this.#url())
  }
}
