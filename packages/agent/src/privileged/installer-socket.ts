/**
 * Where the privileged process listens for the network process: one conversation at a time, and a new
 * one ends the one before, so that an agent that was started again never waits for its own past.
 */
import { chmod, chown, stat } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { onDisk } from '@fleetward/platform'
import { makeWayFor } from '../local-api/socket-path.ts'
import { Conversation, type ConversationOptions } from './conversation.ts'

const SOCKET_MODE = 0o660

export interface InstallerSocketOptions {
  readonly path: string
  /** For each conversation anew. */
  converse(peer: () => Conversation): ConversationOptions
}

export class InstallerSocket {
  readonly #options: InstallerSocketOptions
  readonly #server: Server
  #current: Conversation | undefined

  constructor(options: InstallerSocketOptions) {
    this.#options = options
    this.#server = createServer((socket) => this.#begin(socket))
  }

  async listen(): Promise<void> {
    const { path } = this.#options
    await makeWayFor(path)
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(path, resolve)
    })
    // The folder's group is the network process's: the service manager made it so.
    const { gid } = await onDisk(path, () => stat(dirname(path)))
    await onDisk(path, () => chown(path, process.getuid?.() ?? 0, gid))
    await onDisk(path, () => chmod(path, SOCKET_MODE))
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#current?.close()
    await this.#current?.ended
    await closed
  }

  #begin(socket: Socket): void {
    this.#current?.close()
    const conversation: Conversation = new Conversation(
      socket,
      this.#options.converse(() => conversation),
    )
    this.#current = conversation
  }
}
