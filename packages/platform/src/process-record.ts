/**
 * Finding a process again that an earlier run started. A pid alone proves nothing, because systems
 * give pids away again; so the moment the process started is recorded beside it, and a pid with
 * another start time is a stranger that must not be touched.
 */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { writeFileDurably } from './durable-file.ts'

const run = promisify(execFile)

/** How long a process may take to end by itself once asked, before it is killed. */
const GRACE_MS = 5_000
const POLL_MS = 20

export interface RecordedProcess {
  readonly pid: number
}

/** Records a running process, our own by default. */
export async function recordProcess(path: string, pid: number = process.pid): Promise<void> {
  const started = await startOf(pid)
  if (started === undefined) return
  await writeFileDurably(path, `${JSON.stringify({ pid, started })}\n`)
}

/** The recorded process if it still runs; undefined also when its pid belongs to another by now. */
export async function findRecordedProcess(path: string): Promise<RecordedProcess | undefined> {
  const record = parseRecord(await readFile(path, 'utf8').catch(() => ''))
  if (record === undefined || (await startOf(record.pid)) !== record.started) return undefined
  return { pid: record.pid }
}

/** Asks with SIGTERM, then kills. Resolves once the process is gone. */
export async function endProcess(pid: number, graceMs: number = GRACE_MS): Promise<void> {
  const started = await startOf(pid)
  if (started === undefined) return
  signal(pid, 'SIGTERM')
  for (let waitedMs = 0; (await startOf(pid)) === started; waitedMs += POLL_MS) {
    if (waitedMs >= graceMs) signal(pid, 'SIGKILL')
    await pause(POLL_MS)
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    // ESRCH: it ended between our look and our signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Any text that differs for two processes of one pid; undefined when none runs (or is a zombie). */
async function startOf(pid: number): Promise<string | undefined> {
  return process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid)
}

/** proc_pid_stat(5): state is field 3, start time in clock ticks since boot field 22. */
async function startFromProc(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // Field 2 is the command in brackets and may hold spaces and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, ticks] = [fields[0], fields[19]]
  if (ticks === undefined || state === 'Z' || state === 'X') return undefined
  // Ticks count from the boot, and the record may be of an earlier one.
  const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  return `${bootId.trim()} ${ticks}`
}

async function startFromPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)])
    const [state = 'Z', ...start] = stdout.trim().split(/\s+/)
    return state.startsWith('Z') ? undefined : start.join(' ')
  } catch {
    return undefined
  }
}

function parseRecord(text: string): { pid: number; started: string } | undefined {
  try {
    const { pid, started } = JSON.parse(text)
    return Number.isSafeInteger(pid) && pid > 1 && typeof started === 'string'
      ? { pid, started }
      : undefined
  } catch {
    return undefined
  }
}
