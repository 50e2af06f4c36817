/** Calls the installed RAUC, which does its work in its service and answers over D-Bus. */
import { execFile } from 'node:child_process'
import { DeviceError } from '@fleetward/shared'

export interface RaucOptions {
  /** Absolute. */
  readonly tool: string
  /** In place of the system bus. */
  readonly busAddress?: string | undefined
}

const ANSWER_MAX_BYTES = 1024 * 1024

/** What it prints; RAUC_FAILED with its last words otherwise. Aborting ends the caller, not RAUC's service. */
export function callRauc(
  { tool, busAddress }: RaucOptions,
  words: readonly string[],
  { timeLimitMs, signal }: { readonly timeLimitMs: number; readonly signal?: AbortSignal },
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  execFile(
    tool,
    words,
    {
      env: {
        LC_ALL: 'C',
        PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
        ...(busAddress === undefined ? {} : { DBUS_SYSTEM_BUS_ADDRESS: busAddress }),
      },
      timeout: timeLimitMs,
      killSignal: 'SIGKILL',
      maxBuffer: ANSWER_MAX_BYTES,
      ...(signal === undefined ? {} : { signal }),
    },
    (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else if (signal?.aborted) reject(error)
      else reject(raucFailed(words[0] ?? '', error, `${stdout}\n${stderr}`))
    },
  )
  return promise
}

function raucFailed(command: string, cause: Error, said: string): DeviceError {
  const { code, killed } = cause as { code?: string | number | null; killed?: boolean }
  const lastError = /^LastError: (.*)$/m.exec(said)?.[1] ?? said.trim().split('\n').at(-1) ?? ''
  return new DeviceError(
    'RAUC_FAILED',
    {
      command,
      reason: killed === true ? 'took too long' : String(code ?? 'unknown'),
      said: lastError.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 200),
    },
    { cause },
  )
}
