/**
 * The factory pack (protocol §10): the first trust of a device, put on it where it is made. It is read
 * strictly and at once, because a mistake in it is found by the person who can still mend it only
 * before the device leaves the factory; so all mistakes are named together.
 */
import { X509Certificate } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import {
  isName,
  type Json,
  parseJson,
  ROOT_LENGTH_MAX_BYTES,
  TARGETS_LENGTH_MAX_BYTES,
  TRUST_FILE_LENGTH_MAX_BYTES,
} from '@fleetward/shared'

const TOKEN = /^[\x21-\x7e]{16,512}$/
const PEM_BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

export interface FactoryPack {
  readonly product: string
  /** The first cohort; the server may assign another. */
  readonly cohort: string
  /** Origins: `https://host:8444`, `https://host:8443`, `mqtts://host:8883`. */
  readonly server: { readonly public: string; readonly device: string; readonly mqtt: string }
  /** As it was burnt in; the TUF client verifies it. */
  readonly root: Uint8Array
  /** PEM. */
  readonly serverCa: string
  /** undefined once it was used up and removed; an enrolled device needs none. */
  readonly enrolmentToken: string | undefined
  /** As they lie there, damaged or not: ../reset/vouched-settings.ts believes them or does not. */
  readonly factorySettings: Uint8Array | undefined
  /** Signed metadata that lists the factory settings, so that a reset needs no network. */
  readonly targets: Uint8Array | undefined
}

/** A person put the pack together wrongly. */
export class FactoryPackError extends Error {
  override readonly name = 'FactoryPackError'
  readonly folder: string
  readonly mistakes: readonly string[]

  constructor(folder: string, mistakes: readonly string[]) {
    super(
      `The factory pack in ${folder} cannot be used:\n${mistakes.map((line) => `- ${line}`).join('\n')}\n` +
        'Make a new one with `fleetward factory pack`, or mend the files named above.',
    )
    this.folder = folder
    this.mistakes = mistakes
  }
}

export async function loadFactoryPack(folder: string): Promise<FactoryPack> {
  const mistakes: string[] = []
  const read = async (file: string, maxBytes: number): Promise<Buffer | undefined> => {
    const contents = await readBounded(join(folder, file), maxBytes)
    if (typeof contents !== 'string') return contents
    mistakes.push(`${file}: ${contents}`)
    return undefined
  }
  // A device without them, or with spoilt ones, has the secure defaults: no reason not to start.
  const findBounded = async (file: string, maxBytes: number): Promise<Buffer | undefined> => {
    const contents = await readBounded(join(folder, file), maxBytes)
    return typeof contents === 'string' ? undefined : contents
  }
  const root = await read('root.json', ROOT_LENGTH_MAX_BYTES)
  const ca = await read('server-ca.pem', TRUST_FILE_LENGTH_MAX_BYTES)
  const factory = await read('factory.json', TRUST_FILE_LENGTH_MAX_BYTES)
  const token = await readBounded(join(folder, 'enrolment-token'), 1024)

  const mistake = (line: string) => mistakes.push(line)
  if (root !== undefined) parseObject('root.json', root, ROOT_LENGTH_MAX_BYTES, mistake)
  const place = factory && parseFactory(factory, mistake)
  if (ca !== undefined) checkCertificates(ca.toString('latin1'), mistake)
  const enrolmentToken = parseToken(token, mistake)

  if (mistakes.length > 0 || !root || !ca || !place) {
    throw new FactoryPackError(folder, mistakes)
  }
  return {
    ...{ ...place, root, serverCa: ca.toString('latin1'), enrolmentToken },
    factorySettings: await findBounded('factory-settings.json', TRUST_FILE_LENGTH_MAX_BYTES),
    targets: await findBounded('targets.json', TARGETS_LENGTH_MAX_BYTES),
  }
}

type Mistake = (line: string) => void
type Place = Pick<FactoryPack, 'product' | 'cohort' | 'server'>
type JsonObject = { readonly [key: string]: Json }

function parseFactory(bytes: Uint8Array, mistake: Mistake): Place | undefined {
  const file = 'factory.json'
  const factory = parseObject(file, bytes, TRUST_FILE_LENGTH_MAX_BYTES, mistake)
  if (factory === undefined) return undefined
  refuseUnknown(file, factory, ['product', 'cohort', 'server'], mistake)
  const name = (field: 'product' | 'cohort'): string => {
    const value = factory[field]
    if (isName(value)) return value
    mistake(`${file}: "${field}" must be a name: small letters, digits and "-", at most 64`)
    return ''
  }
  const product = name('product')
  const cohort = name('cohort')

  const { server } = factory
  if (!isObject(server)) {
    mistake(`${file}: "server" must be an object with "public", "device" and "mqtt"`)
    return undefined
  }
  refuseUnknown(`${file}: "server"`, server, ['public', 'device', 'mqtt'], mistake)
  const origin = (field: 'public' | 'device' | 'mqtt', scheme: 'https' | 'mqtts'): string => {
    const value = server[field]
    if (typeof value === 'string' && isOrigin(value, scheme)) return value
    mistake(`${file}: "server.${field}" must be ${scheme}://host:port and nothing more`)
    return ''
  }
  return {
    product,
    cohort,
    server: {
      public: origin('public', 'https'),
      device: origin('device', 'https'),
      mqtt: origin('mqtt', 'mqtts'),
    },
  }
}

/** Scheme, host and port: no path, no query, and above all no credentials, which logs would show. */
function isOrigin(text: string, scheme: string): boolean {
  return (
    URL.canParse(text) &&
    new URL(text).hostname !== '' &&
    new RegExp(`^${scheme}://[A-Za-z0-9.:[\\]-]+$`).test(text)
  )
}

function checkCertificates(pem: string, mistake: Mistake): void {
  const blocks = pem.match(PEM_BLOCK) ?? []
  if (blocks.length === 0) mistake('server-ca.pem: holds no certificate')
  for (const block of blocks) {
    try {
      if (!new X509Certificate(block).ca) mistake('server-ca.pem: a certificate is not a CA')
    } catch {
      mistake('server-ca.pem: a certificate cannot be read')
    }
  }
}

function parseToken(contents: Buffer | string, mistake: Mistake): string | undefined {
  if (contents === MISSING) return undefined
  const token = contents.toString('latin1').trimEnd()
  if (typeof contents === 'string') mistake(`enrolment-token: ${contents}`)
  // The token itself is a secret and stays out of the message.
  else if (!TOKEN.test(token)) mistake('enrolment-token: must be one line without spaces')
  else return token
  return undefined
}

function parseObject(
  file: string,
  bytes: Uint8Array,
  maxBytes: number,
  mistake: Mistake,
): JsonObject | undefined {
  try {
    const json = parseJson(bytes, maxBytes)
    if (isObject(json)) return json
    mistake(`${file}: must be a JSON object`)
  } catch (error) {
    mistake(`${file}: is not strict JSON (${(error as Error).message})`)
  }
  return undefined
}

function refuseUnknown(
  where: string,
  object: JsonObject,
  known: readonly string[],
  mistake: Mistake,
): void {
  for (const field of Object.keys(object)) {
    if (!known.includes(field)) mistake(`${where}: unknown field "${field.slice(0, 64)}"`)
  }
}

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

const MISSING = 'is missing'

/** The contents, or in words why there are none. */
async function readBounded(path: string, maxBytes: number): Promise<Buffer | string> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      if (size > maxBytes) return `is longer than ${maxBytes} bytes`
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? MISSING : `cannot be read (${code})`
  }
}
