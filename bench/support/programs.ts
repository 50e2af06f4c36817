/** The processes of a benchmark: started, listened to, ended, and what they cost. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import type { EchoMessage } from '../api-echo.ts'
import type { LoadMessage } from '../api-load.ts'
import type { LiveMessage } from '../console/live-fleet.ts'
import type { BrokerMessage } from '../fan-out/fan-out-broker.ts'
import type { FleetMessage } from '../fan-out/fan-out-fleet.ts'
import type { ReportsMessage } from '../reports-fleet.ts'
import type { BareMessage } from '../storm/storm-bare.ts'
import type { StormMessage } from '../storm/storm-clients.ts'

type Message =
  | BrokerMessage
  | FleetMessage
  | ReportsMessage
  | StormMessage
  | BareMessage
  | LoadMessage
  | EchoMessage
  | LiveMessage

/** USER_HZ, in which the kernel counts for user space on every architecture that Node.js runs on. */
const TICKS_PER_SECOND = 100

type Program =
  | 'fan-out/fan-out-broker.ts'
  | 'fan-out/fan-out-fleet.ts'
  | 'fan-out/large-fleet.ts'
  | 'reports-fleet.ts'
  | 'storm/storm-clients.ts'
  | 'storm/storm-bare.ts'
  | 'api-load.ts'
  | 'api-echo.ts'
  | 'console/live-fleet.ts'

export function startProgram(name: Program): ChildProcess {
  return fork(new URL(`../${name}`, import.meta.url), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}

/** The next message of this kind. A program that fails ends, and says why on stderr. */
export function said<Kind extends Message['is']>(
  child: ChildProcess,
  kind: Kind,
): Promise<Extract<Message, { is: Kind }>> {
  const { promise, resolve, reject } = Promise.withResolvers<Extract<Message, { is: Kind }>>()
  const onMessage = (message: Message) => {
    if (message.is === kind) resolve(message as Extract<Message, { is: Kind }>)
  }
  const onExit = () => reject(new Error('a process of the benchmark ended before its time'))
  child.on('message', onMessage)
  child.on('exit', onExit)
  if (hasEnded(child)) onExit()
  return promise.finally(() => {
    child.off('message', onMessage)
    child.off('exit', onExit)
  })
}

export async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

export interface Cost {
  /** Highest resident memory so far. */
  readonly peakMemoryMiB: number
  /** All threads, user and system, so far; counted in hundredths. */
  readonly cpuSeconds: number
}

/** Of a process that runs. Undefined where there is no /proc: Linux alone tells it about others. */
export function costOf(pid: number | undefined): Cost | undefined {
  if (!existsSync(`/proc/${pid}/stat`)) return undefined
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // proc_pid_stat(5): utime and stime are fields 14 and 15; field 2 is in brackets and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return {
    peakMemoryMiB: Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}
