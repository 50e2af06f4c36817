/**
 * A broker as Debian packages it, run as a process of its own on loopback with TLS and client certificates: for
 * what must hold with brokers that are not ours. Each is started with the settings that
 * docs/operating/brokers.md recommends.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface BrokerPlan {
  readonly folder: string
  readonly port: number
  /** Another one for the server alone, so that devices can be held to their own client ids on theirs. */
  readonly serverPort?: number | undefined
  /** Of the broker itself, PEM files. */
  readonly certificateFile: string
  readonly keyFile: string
  /** Whose certificates it takes. */
  readonly clientCaFile: string
  /** Its rules, as the server writes them. */
  readonly aclFile: string
  readonly crlFile?: string | undefined
}

/** How one kind of broker is started; undefined where it is not installed. */
export interface BrokerProgram {
  readonly kind: 'mosquitto' | 'nats' | 'rabbitmq'
  readonly package: string
  readonly isInstalled: boolean
  /** With a listener for the server alone it lets nobody claim another device's client id. */
  readonly holdsClientIds?: boolean
  /** Writes what the server shows at its own listener, before either is started; and the settings that name it. */
  prepare?(plan: BrokerPlan): Promise<void>
  account?(plan: BrokerPlan): object
  start(plan: BrokerPlan): Promise<RunningBroker>
  /** What the server's settings need so that it tells this broker of new rules. */
  reload(plan: BrokerPlan): object
}

export interface RunningBroker {
  readonly pid: number
  stop(signal?: NodeJS.Signals): Promise<void>
}

export function installed(...places: readonly string[]): string | undefined {
  return places.find(existsSync)
}

/** Ended by its own process number, and waited for. */
export class BrokerProcess implements RunningBroker {
  readonly #child: ChildProcess
  #said = ''

  private constructor(child: ChildProcess) {
    this.#child = child
    const listen = (text: Buffer) => {
      this.#said = `${this.#said}${text}`.slice(-4000)
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
  }

  /** Resolves when somebody listens on the port. */
  static async start(
    program: string,
    args: readonly string[],
    port: number,
    options: { env?: NodeJS.ProcessEnv; cwd?: string; pid?: () => Promise<number> } = {},
  ): Promise<BrokerProcess> {
    const { pid: _pid, ...spawning } = options
    const child = spawn(program, args, { ...spawning, stdio: ['ignore', 'pipe', 'pipe'] })
    const broker = new BrokerProcess(child)
    await broker.#reachable(port)
    return broker
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.hasEnded) return
    const ended = once(this.#child, 'exit')
    this.#child.kill(signal)
    await ended
  }

  async #reachable(port: number): Promise<void> {
    for (;;) {
      if (this.hasEnded) throw new Error(`the broker ended: ${this.#said}`)
      const socket = connect(port, '127.0.0.1')
      const isThere = await once(socket, 'connect').then(
        () => true,
        () => false,
      )
      socket.destroy()
      if (isThere) return
      await sleep(20)
    }
  }
}
