/** Tokens that were made once and checked in: what was right stays right, what was wrong stays wrong. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  cohortAudience,
  importKeySet,
  verifyCommand,
  verifyManifest,
  verifyReport,
} from '@fleetward/shared'
import { type CryptoKey, importJWK } from 'jose'
import { withCode } from '../../support/signed-messages.ts'

interface Case {
  readonly name: string
  readonly read: 'manifest' | 'command' | 'report'
  readonly token: string
  readonly code: string | null
}

const { reader, keys, cases } = JSON.parse(
  readFileSync(new URL('vectors.json', import.meta.url), 'utf8'),
)
const { product, cohort, device, now, nonce } = reader
const jwks = (set: unknown) => importKeySet(new TextEncoder().encode(JSON.stringify(set)))
const [director, commands] = [await jwks(keys.director), await jwks(keys.commands)]
const key = (await importJWK(keys.device, 'ES256')) as CryptoKey

const readers = {
  manifest: (token: string) =>
    verifyManifest(token, {
      keys: director,
      product,
      audience: cohortAudience(product, cohort),
      now,
    }),
  command: (token: string) => verifyCommand(token, { keys: commands, product, device, now, nonce }),
  report: (token: string) => verifyReport(token, { key, product, device, now }),
}

for (const { name, read, token, code } of cases as Case[]) {
  test(`${read}: ${name} is ${code === null ? 'believed' : 'refused'}`, async () => {
    if (code === null) await readers[read](token)
    else await assert.rejects(readers[read](token), withCode(code))
  })
}
