/** Writes vectors.json; see README.md. */
import { writeFileSync } from 'node:fs'
import { encodeKeySet, signCommand, signManifest, signReport } from '@fleetward/shared'
import { base64url, exportJWK } from 'jose'
import {
  aCommand,
  aManifest,
  anOffer,
  aReport,
  COHORT,
  commandHeader,
  DEVICE,
  ed25519Signer,
  forge,
  manifestHeader,
  NOW,
  PRODUCT,
  p256Pair,
  reportHeader,
  withHeader,
} from '../../support/signed-messages.ts'

const [director, commands] = [await ed25519Signer(), await ed25519Signer()]
const device = await p256Pair()
const nonce = 'n-0002'

const manifest = await signManifest(aManifest(), director)
const command = await signCommand(aCommand(), commands)
const report = await signReport(aReport(), device.privateKey)

const directed = (claims: unknown) => forge(manifestHeader(director), claims as never, director.key)
const commanded = (claims: unknown) => forge(commandHeader(commands), claims as never, commands.key)
const reported = (claims: unknown) => forge(reportHeader, claims as never, device.privateKey)
const header = manifestHeader(director)
const [head = '', payload = '', signature = ''] = manifest.split('.')
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const sameSignature =
  signature.slice(0, -1) + alphabet[alphabet.indexOf(signature.at(-1) ?? '') ^ 1]

type Case = [name: string, read: string, token: string, code: string | null]
const cases: Case[] = [
  ['a manifest', 'manifest', manifest, null],
  ['an unknown claim', 'manifest', await directed({ ...aManifest(), later: 1 }), null],
  [
    'no algorithm',
    'manifest',
    withHeader(manifest, { ...header, alg: 'none' }),
    'TOKEN_ALGORITHM_FORBIDDEN',
  ],
  [
    'the older name of Ed25519',
    'manifest',
    withHeader(manifest, { ...header, alg: 'EdDSA' }),
    'TOKEN_ALGORITHM_FORBIDDEN',
  ],
  [
    'a header parameter too many',
    'manifest',
    await forge({ ...header, cty: 'x' }, { ...aManifest() } as never, director.key),
    'TOKEN_INVALID',
  ],
  [
    'a key nobody knows',
    'manifest',
    withHeader(manifest, { ...header, kid: 'x' }),
    'TOKEN_KEY_UNKNOWN',
  ],
  [
    'another text of the same signature',
    'manifest',
    `${head}.${payload}.${sameSignature}`,
    'TOKEN_INVALID',
  ],
  [
    'a changed payload',
    'manifest',
    `${head}.${base64url.encode('{}')}.${signature}`,
    'TOKEN_SIGNATURE_INVALID',
  ],
  [
    'a claim twice',
    'manifest',
    await forge(header, JSON.stringify(aManifest()).replace('{', '{"seq":1,'), director.key),
    'JSON_DUPLICATE_KEY',
  ],
  [
    'a fraction',
    'manifest',
    await forge(header, JSON.stringify(aManifest()).replace('"seq":7', '"seq":7.0'), director.key),
    'JSON_INVALID',
  ],
  ['a command as manifest', 'manifest', command, 'TOKEN_TYPE_WRONG'],
  [
    'another issuer',
    'manifest',
    await directed({ ...aManifest(), iss: 'fleetward:other:director' }),
    'TOKEN_ISSUER_WRONG',
  ],
  [
    'another cohort',
    'manifest',
    await directed({ ...aManifest(), aud: `${PRODUCT}/cohorts/other` }),
    'TOKEN_AUDIENCE_WRONG',
  ],
  [
    'a list of audiences',
    'manifest',
    await directed({ ...aManifest(), aud: [aManifest().aud] }),
    'MANIFEST_INVALID',
  ],
  [
    'an expired manifest',
    'manifest',
    await directed({ ...aManifest(), iat: NOW - 10, exp: NOW }),
    'TOKEN_EXPIRED',
  ],
  [
    'a manifest from the future',
    'manifest',
    await directed({ ...aManifest(), iat: NOW + 301 }),
    'TOKEN_NOT_YET_VALID',
  ],
  [
    'a lifetime of more than a day',
    'manifest',
    await directed({ ...aManifest(), exp: NOW + 86_401 }),
    'MANIFEST_INVALID',
  ],
  [
    'an unknown field in an offer',
    'manifest',
    await directed({ ...aManifest(), offers: [{ ...anOffer(), force: true }] }),
    'MANIFEST_INVALID',
  ],
  ['a command', 'command', command, null],
  [
    'a dangerous command with the nonce',
    'command',
    await commanded({ ...aCommand(), command: 'erase', nonce }),
    null,
  ],
  [
    'a dangerous command without',
    'command',
    await commanded({ ...aCommand(), command: 'erase' }),
    'COMMAND_NONCE_WRONG',
  ],
  [
    'a lifetime of more than ten minutes',
    'command',
    await commanded({ ...aCommand(), exp: NOW + 601 }),
    'COMMAND_INVALID',
  ],
  [
    'another device’s command',
    'command',
    await commanded({ ...aCommand(), aud: `${PRODUCT}/devices/G1-0002` }),
    'TOKEN_AUDIENCE_WRONG',
  ],
  ['a manifest as command', 'command', manifest, 'TOKEN_TYPE_WRONG'],
  ['a report', 'report', report, null],
  [
    'a report with a key id',
    'report',
    await forge({ ...reportHeader, kid: 'x' }, { ...aReport() } as never, device.privateKey),
    'TOKEN_INVALID',
  ],
  [
    'another device’s report',
    'report',
    await reported({ ...aReport(), iss: `urn:fleetward:${PRODUCT}:G1-0002` }),
    'TOKEN_ISSUER_WRONG',
  ],
  [
    'a second report without predecessor',
    'report',
    await reported({ ...aReport(), prev: '' }),
    'REPORT_INVALID',
  ],
]

const jwks = (key: Uint8Array) => JSON.parse(new TextDecoder().decode(encodeKeySet([key])))
const vectors = {
  reader: { product: PRODUCT, cohort: COHORT, device: DEVICE, now: NOW, nonce },
  keys: {
    director: jwks(director.publicKey),
    commands: jwks(commands.publicKey),
    device: await exportJWK(device.publicKey),
  },
  cases: cases.map(([name, read, token, code]) => ({ name, read, token, code })),
}
writeFileSync(
  new URL('vectors.json', import.meta.url),
  `${JSON.stringify(vectors, undefined, 1)}\n`,
)
