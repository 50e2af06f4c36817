/** Runs a bootloader's own tool: no shell, fixed words, bounded in time and output. */
import { execFile } from 'node:child_process'
import { DeviceError } from '@fleetward/shared'

/** A write to a slow flash takes seconds; a tool that waits for a lock for ever is given up. */
const TIME_LIMIT_MS = 30_000
/** The largest U-Boot environments in use are 256 KiB. */
const OUTPUT_MAX_BYTES = 1024 * 1024

export interface ToolCall {
  /** Absolute: what runs with the right to change what boots is not searched for. */
  readonly program: string
  readonly words: readonly string[]
  readonly input?: string
  readonly timeLimitMs?: number
}

export async function runBootTool(call: ToolCall): Promise<string> {
  const { program, words, input, timeLimitMs = TIME_LIMIT_MS } = call
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const options = {
    env: { LC_ALL: 'C', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    timeout: timeLimitMs,
    killSignal: 'SIGKILL',
    maxBuffer: OUTPUT_MAX_BYTES,
  } as const
  const child = execFile(program, words, options, (error, stdout, stderr) => {
    if (error === null) resolve(stdout)
    else reject(toolError(program, error, stderr))
  })
  // A tool that ended before it read everything says so by its exit code.
  child.stdin?.on('error', () => {})
  child.stdin?.end(input ?? '')
  return promise
}

function toolError(program: string, cause: Error, stderr: string): DeviceError {
  const { code, killed } = cause as { code?: string | number | null; killed?: boolean }
  const reason = killed === true ? 'took too long' : String(code ?? 'unknown')
  const said = stderr.replace(/[^\x20-\x7e]+/g, ' ').trim()
  return new DeviceError(
    'BOOTLOADER_FAILED',
    { program, reason, said: said.slice(0, 200) },
    { cause },
  )
}
