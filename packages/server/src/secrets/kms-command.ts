/**
 * The outer key in a key management service, asked through a command of the operator's: one JSON object on its
 * standard input, one on its standard output, exit code 0.
 *
 *   {"version":1,"operation":"wrap","plaintext":"<base64>"}    → {"ciphertext":"<text>"}
 *   {"version":1,"operation":"unwrap","ciphertext":"<text>"}   → {"plaintext":"<base64>"}
 *
 * The data key passes through pipes alone: never through arguments or the environment, which other users see.
 */
import { spawn } from 'node:child_process'
import { SEALING_KEY_BYTES } from './sealing-key.ts'
import { SealingKeyError, type Wrapping } from './wrapping.ts'

const ANSWER_MAX_BYTES = 64 * 1024
const COMPLAINT_MAX_BYTES = 2048
const WRAPPED = /^kms1\.([A-Za-z0-9_-]+)$/

export function kmsWrapping(command: readonly string[], timeoutMs: number): Wrapping {
  const [program = ''] = command
  const ask = async (question: object, field: 'ciphertext' | 'plaintext'): Promise<string> => {
    const answer = await run(command, `${JSON.stringify({ version: 1, ...question })}\n`, timeoutMs)
    const value = fieldOf(answer, field)
    if (value !== undefined) return value
    throw new SealingKeyError(
      `The KMS command ${program} answered no JSON object with a text "${field}" (docs/operating/secrets.md).`,
    )
  }
  return {
    name: `the KMS command ${program}`,
    claims: (wrapped) => WRAPPED.test(wrapped),
    wrap: async (dataKey) => {
      const plaintext = Buffer.from(dataKey).toString('base64')
      const ciphertext = await ask({ operation: 'wrap', plaintext }, 'ciphertext')
      return `kms1.${Buffer.from(ciphertext).toString('base64url')}`
    },
    unwrap: async (wrapped) => {
      const ciphertext = Buffer.from(WRAPPED.exec(wrapped)?.[1] ?? '', 'base64url').toString()
      const text = await ask({ operation: 'unwrap', ciphertext }, 'plaintext')
      const dataKey = Buffer.from(text, 'base64')
      if (dataKey.length === SEALING_KEY_BYTES) return new Uint8Array(dataKey)
      throw new SealingKeyError(
        `The KMS command ${program} answered ${dataKey.length} bytes instead of the ${SEALING_KEY_BYTES} of a data key.`,
      )
    },
  }
}

/** Standard output, which is never logged: it may hold the data key. */
function run(command: readonly string[], question: string, timeoutMs: number): Promise<string> {
  const [program = '', ...words] = command
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause?: unknown) =>
      reject(new SealingKeyError(`The KMS command ${program} ${why}`, { cause }))
    // A group of its own, so that what the command started ends with it.
    const child = spawn(program, words, { stdio: 'pipe', detached: true })
    const end = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has ended by itself.
      }
    }
    const timer = setTimeout(() => {
      end()
      fail(`did not answer within ${timeoutMs / 1000} s.`)
    }, timeoutMs)
    const answer: Buffer[] = []
    const complaint: Buffer[] = []
    let length = 0
    child.stdout.on('data', (part: Buffer) => {
      length += part.length
      if (length <= ANSWER_MAX_BYTES) answer.push(part)
      else end()
    })
    child.stderr.on('data', (part: Buffer) => {
      if (Buffer.concat(complaint).length < COMPLAINT_MAX_BYTES) complaint.push(part)
    })
    // It may answer without reading the question to its end.
    child.stdin.on('error', () => {})
    child.stdin.end(question)
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      fail(`cannot be started (${error.code}).`, error)
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (length > ANSWER_MAX_BYTES) fail(`answered more than ${ANSWER_MAX_BYTES} bytes.`)
      else if (code === 0) resolve(Buffer.concat(answer).toString())
      else fail(`failed (${signal ?? `exit code ${code}`})${inWords(Buffer.concat(complaint))}`)
    })
  })
}

/** What the command complained of, in one line, for the person who wrote it. */
function inWords(complaint: Buffer): string {
  const text = complaint.subarray(0, COMPLAINT_MAX_BYTES).toString().trim().replace(/\s+/g, ' ')
  return text === '' ? '.' : `: ${text}`
}

function fieldOf(answer: string, field: string): string | undefined {
  try {
    const json: unknown = JSON.parse(answer)
    if (typeof json !== 'object' || json === null) return undefined
    const value = (json as Record<string, unknown>)[field]
    return typeof value === 'string' && value !== '' ? value : undefined
  } catch {
    return undefined
  }
}
