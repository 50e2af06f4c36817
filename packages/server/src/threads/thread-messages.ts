/**
 * What a worker thread makes, one message at a time: the next one is made when the last one was taken, so that whatever
 * is long passes through and never lies in memory. The thread ends with the reading of it, and is ended when it takes
 * too long or too much memory. Its side is thread-side.ts.
 */
import { Worker } from 'node:worker_threads'

export interface ThreadLimits {
  /** From one message to the next. */
  readonly silenceMs: number
  readonly memoryMib: number
  /** Of what is young and soon over: by itself the engine lets it grow to 48 MiB and more before it looks. */
  readonly youngMib?: number
  /** Ends it at once. */
  readonly signal?: AbortSignal
}

export class ThreadLimitError extends Error {
  override readonly name = 'ThreadLimitError'
}

export async function* threadMessages<Message extends { readonly isLast: boolean }>(
  script: URL,
  workerData: unknown,
  { silenceMs, memoryMib, youngMib, signal }: ThreadLimits,
): AsyncGenerator<Message> {
  signal?.throwIfAborted()
  const worker = new Worker(script, {
    workerData,
    resourceLimits: {
      maxOldGenerationSizeMb: memoryMib,
      ...(youngMib === undefined ? {} : { maxYoungGenerationSizeMb: youngMib }),
    },
  })
  let settle: PromiseWithResolvers<Message> = Promise.withResolvers()
  const fail = (cause?: unknown) => {
    const limits = `${silenceMs / 1000} seconds and ${memoryMib} MiB`
    settle.reject(new ThreadLimitError(`It was not done within ${limits}`, { cause }))
  }
  worker.on('message', (message: Message) => settle.resolve(message))
  worker.on('error', fail)
  worker.on('exit', () => fail())
  const end = () => void worker.terminate()
  signal?.addEventListener('abort', end)
  try {
    for (;;) {
      const timer = setTimeout(() => void worker.terminate(), silenceMs)
      const message = await settle.promise.finally(() => clearTimeout(timer))
      settle = Promise.withResolvers()
      // It may end before anybody waits for what comes next.
      settle.promise.catch(() => {})
      yield message
      if (message.isLast) return
      worker.postMessage('next')
    }
  } finally {
    signal?.removeEventListener('abort', end)
    await worker.terminate()
  }
}
