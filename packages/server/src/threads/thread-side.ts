/** The thread's side of thread-messages.ts. */
import { once } from 'node:events'
import { parentPort } from 'node:worker_threads'

/** Resolves when the message was taken. */
export async function hand<Message extends { readonly isLast: boolean }>(
  message: Message,
): Promise<void> {
  parentPort?.postMessage(message)
  if (!message.isLast && parentPort !== null) await once(parentPort, 'message')
}
