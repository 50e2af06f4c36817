/**
 * The server's log: one JSON line per event. Secrets are kept out of it where they are handled; this is the net below:
 * members that go by a secret's name are hidden, and of an error only what is known to be harmless is written.
 */
import { codeOf } from '@fleetward/shared'
import { type DestinationStream, type Logger, pino } from 'pino'

const SECRET_NAMES = [
  ...[
    'password',
    'passphrase',
    'secret',
    'seed',
    'token',
    'accessToken',
    'refreshToken',
    'idToken',
  ],
  ...[
    'authorization',
    'cookie',
    'set-cookie',
    'clientSecret',
    'recoveryCodes',
    'keyPem',
    'privateKey',
  ],
]
/** Of causes of causes no more than these. */
const CAUSES_MAX_COUNT = 4
const MESSAGE_MAX_CHARACTERS = 2_000

export function openLog(destination: DestinationStream, level = 'info'): Logger {
  const paths = SECRET_NAMES.flatMap((name) => {
    const member = `["${name}"]`
    return [member, `*${member}`, `*.*${member}`]
  })
  return pino(
    {
      ...{ base: null, level },
      redact: { paths, censor: '[hidden]' },
      serializers: { err: shownError },
    },
    destination,
  )
}

interface ShownError {
  readonly type: string
  readonly message: string
  readonly code?: string
  readonly facts?: object
  readonly stack?: string
  readonly cause?: ShownError
  readonly errors?: readonly ShownError[]
}

/** Drivers and clients hang queries, requests and answers on their errors: whatever is not listed here stays out. */
export function shownError(error: unknown, depth = 0): ShownError | string {
  if (!(error instanceof Error)) return typeof error
  const { code, facts } = codeOf(error) ?? { code: ownCode(error), facts: undefined }
  const { cause } = error
  const errors = error instanceof AggregateError ? error.errors : []
  const isDeep = depth >= CAUSES_MAX_COUNT
  return {
    type: error.name,
    message: error.message.slice(0, MESSAGE_MAX_CHARACTERS),
    ...(code === undefined ? {} : { code }),
    ...(facts === undefined ? {} : { facts }),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(cause === undefined || isDeep ? {} : { cause: shownError(cause, depth + 1) as ShownError }),
    ...(errors.length === 0 || isDeep
      ? {}
      : { errors: errors.map((each) => shownError(each, depth + 1) as ShownError) }),
  }
}

function ownCode(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
