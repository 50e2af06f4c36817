/** Signing in, put together: its pages, and the link for the first administrator. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ErrorRequestHandler, Router } from 'express'
import type { Logger } from 'pino'
import type { Sessions } from '../accounts/sessions.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Seal } from '../secrets/seal.ts'
import { SettingsError } from '../settings.ts'
import type { Database } from '../stores.ts'
import type { CompanyProvider } from './company/company-provider.ts'
import type { CompanySettings } from './company/company-settings.ts'
import { firstStart } from './first-start.ts'
import { NarrowDoor } from './narrow-door.ts'
import type { PagePlace } from './page-place.ts'
import { type HashParameters, PasswordHashes } from './password/password-hash.ts'
import { signInRouter } from './routes/sign-in-router.ts'

/** Two leave the event loop's threads room for files; what waits is let in within seconds. */
const PASSWORDS = { atOnce: 2, waitingMax: 32 }

export interface SignInNeeds {
  readonly database: Database
  readonly sessions: Sessions
  readonly seal: Seal
  readonly clock: Clock
  readonly log: Logger
  readonly companies: readonly CompanySettings[]
  readonly refusals: ErrorRequestHandler
  readonly place: PagePlace
  readonly dataFolder: string
  readonly hashParameters: HashParameters
}

/** The pages; mounted at the root of what operators reach. */
export async function openSignIn(needs: SignInNeeds): Promise<Router> {
  const { database, sessions, seal, clock, log, companies, place, refusals } = needs
  const door = new NarrowDoor(PASSWORDS)
  const hashes = new PasswordHashes(door, needs.hashParameters)
  const providers = new Map<string, CompanyProvider>()
  for (const [index, settings] of companies.entries()) {
    // In memory where a company is named alone.
    const { CompanyProvider } = await import('./company/company-provider.ts')
    const callback = () => `${place.origin()}/sign-in/company/${settings.id}/callback`
    const secrets = await secretsOf(settings, `companies.${index}`)
    const nowMs = () => clock.now().getTime()
    providers.set(settings.id, new CompanyProvider(settings, { secrets, callback, nowMs }))
  }
  const forgetFirstLink = () => rm(firstLinkFile(needs.dataFolder), { force: true })
  const parts = { database, sessions, clock, log, seal, hashes, providers, forgetFirstLink }
  return signInRouter({ parts, place, refusals, log })
}

/** The file with the link for the first administrator; undefined once there is one. */
export function openFirstStart(
  { database, clock }: Pick<SignInNeeds, 'database' | 'clock'>,
  { dataFolder, origin }: { readonly dataFolder: string; readonly origin: string },
): Promise<string | undefined> {
  const now = secondsOf(clock)
  return firstStart(database, { file: firstLinkFile(dataFolder), origin, now })
}

function firstLinkFile(dataFolder: string): string {
  return join(dataFolder, 'first-administrator')
}

async function secretsOf({ clientSecretFile, caFile }: CompanySettings, where: string) {
  const read = async (file: string | undefined, name: string) => {
    if (file === undefined) return undefined
    try {
      return await readFile(file, 'utf8')
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new SettingsError([`${where}.${name}: ${file} cannot be read: ${why}`])
    }
  }
  return {
    clientSecret: (await read(clientSecretFile, 'clientSecretFile'))?.trim(),
    caPem: await read(caFile, 'caFile'),
  }
}
