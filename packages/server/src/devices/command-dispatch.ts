/**
 * Brings commands to devices (protocol §6). A signed command lives ten minutes at most, so it is signed only when
 * the device is there to receive it; until then it waits as an intent. Each signing takes a new sequence number,
 * which is durable before the command leaves.
 */
import {
  COMMAND_LIFETIME_SECONDS,
  commandsIssuer,
  deviceAudience,
  isDangerous,
  signCommand,
} from '@fleetward/shared'
import type { Logger } from 'pino'
import type { Broker } from '../broker/broker.ts'
import { type Clock, type CommandKeys, secondsOf } from '../ports.ts'
import {
  CLAIM_SECONDS,
  type CommandIntent,
  type CommandStore,
  type NewCommand,
} from './command-store.ts'

export interface DispatchPorts {
  readonly store: CommandStore
  /** Of the device’s last report, which a command that cannot be undone must repeat (protocol §6). */
  nonceOf(product: string, device: string): Promise<string | undefined>
  readonly keys: CommandKeys
  readonly clock: Clock
  readonly log: Logger
}

export class CommandDispatch {
  readonly #ports: DispatchPorts
  readonly #broker: () => Pick<Broker, 'canReach' | 'sendCommand'> | undefined
  /** The delivery under way per device: sequence numbers must leave in their order. */
  readonly #underWay = new Map<string, Promise<void>>()

  /** The broker is looked up late, since it is started after what it passes messages to. */
  constructor(
    ports: DispatchPorts,
    broker: () => Pick<Broker, 'canReach' | 'sendCommand'> | undefined,
  ) {
    this.#ports = ports
    this.#broker = broker
  }

  /** Keeps the intent and tries to deliver it; it does not fail when the device is away. */
  async want(command: NewCommand): Promise<CommandIntent> {
    const intent = await this.#ports.store.add(command, this.#nowSeconds())
    void this.deliver(command.product, command.device)
    return intent
  }

  /** The same for a device that is there now; others learn it when they come. Never rejects. */
  async remind(command: NewCommand): Promise<void> {
    try {
      if (await this.#broker()?.canReach(command.device)) await this.want(command)
    } catch (error) {
      this.#ports.log.error({ err: error, device: command.device }, 'a device was not reminded')
    }
  }

  /** Sends what is pending, if the device is there. Never rejects. */
  deliver(product: string, device: string): Promise<void> {
    const before = this.#underWay.get(device) ?? Promise.resolve()
    const delivery = before
      .then(() => this.#deliverPending(product, device))
      .catch((error: unknown) => {
        this.#ports.log.error({ err: error, device }, 'a command was not delivered')
      })
      .finally(() => {
        if (this.#underWay.get(device) === delivery) this.#underWay.delete(device)
      })
    this.#underWay.set(device, delivery)
    return delivery
  }

  async #deliverPending(product: string, device: string): Promise<void> {
    const { store, keys } = this.#ports
    for (const intent of await store.pending(device)) {
      const broker = this.#broker()
      if (broker === undefined || !(await broker.canReach(device))) return
      const iat = this.#nowSeconds()
      const seq = await store.claim(intent, device, iat)
      if (seq === undefined) {
        // Another server is handing it over, or was when it ended.
        setTimeout(() => void this.deliver(product, device), CLAIM_SECONDS * 1000).unref()
        return
      }
      const { kid, key } = await keys.commandKey(product)
      const nonce = isDangerous(intent.command)
        ? await this.#ports.nonceOf(product, device)
        : undefined
      const token = await signCommand(
        {
          iss: commandsIssuer(product),
          aud: deviceAudience(product, device),
          seq,
          iat,
          exp: iat + COMMAND_LIFETIME_SECONDS,
          command: intent.command,
          arguments: intent.arguments,
          ...(nonce === undefined ? {} : { nonce }),
        },
        { kid, key: await key.toCryptoKey() },
      )
      const isOnItsWay = await broker.sendCommand(product, device, token).catch(async (error) => {
        await store.release(intent.id)
        throw error
      })
      if (!isOnItsWay) return store.release(intent.id)
      await store.markSent(intent.id, seq, this.#nowSeconds())
      this.#ports.log.info({ device, command: intent.command, seq }, 'command sent')
    }
  }

  #nowSeconds(): number {
    return secondsOf(this.#ports.clock)
  }
}
