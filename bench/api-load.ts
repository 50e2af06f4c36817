/** Asks one address over and over on a handful of kept connections, in a process of its own. */
import { Agent, get } from 'node:http'

export interface LoadJob {
  readonly url: string
  readonly token: string
  readonly seconds: number
}

export type LoadMessage = {
  readonly is: 'loaded'
  readonly perSecond: number
  readonly answerBytes: number
}

const CONNECTIONS = 20

process.on('message', (job: LoadJob) => void load(job))

async function load({ url, token, seconds }: LoadJob): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const headers = { authorization: `Bearer ${token}` }
  const ask = () =>
    new Promise<number>((resolve, reject) => {
      get(url, { agent, headers }, (response) => {
        let bytes = 0
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length
        })
        response.on('end', () =>
          response.statusCode === 200
            ? resolve(bytes)
            : reject(new Error(`${url} answered ${response.statusCode}`)),
        )
      }).on('error', reject)
    })
  const answerBytes = await ask()
  let answers = 0
  const startMs = performance.now()
  const endMs = startMs + seconds * 1000
  const asker = async () => {
    while (performance.now() < endMs) {
      await ask()
      answers += 1
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, asker))
  agent.destroy()
  const perSecond = (answers / (performance.now() - startMs)) * 1000
  process.send?.({ is: 'loaded', perSecond, answerBytes } satisfies LoadMessage)
}
