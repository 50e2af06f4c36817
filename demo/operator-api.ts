/** The operator's API as the story uses it: JSON over loopback, with the administrator's token. */
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import type { StoryFolder } from './folder.ts'

const ANSWER_MAX_BYTES = 4 * 1024 * 1024
const TIMEOUT_MS = 10_000

export class OperatorApi {
  readonly url: string
  readonly #tokenPath: string

  constructor(folder: StoryFolder, operatorPort: number) {
    this.url = `http://127.0.0.1:${operatorPort}`
    this.#tokenPath = folder.server.adminToken
  }

  get tokenPath(): string {
    return this.#tokenPath
  }

  get(path: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const asked = request(
        `${this.url}/api/1${path}`,
        {
          headers: { authorization: `Bearer ${readFileSync(this.#tokenPath, 'utf8').trim()}` },
          timeout: TIMEOUT_MS,
        },
        (answer) => {
          let text = ''
          answer.setEncoding('utf8')
          answer.on('data', (part: string) => {
            text += part
            if (text.length > ANSWER_MAX_BYTES) asked.destroy(new Error(`${path} answers too much`))
          })
          answer.on('error', reject)
          answer.on('end', () => {
            if (answer.statusCode === 200) resolve(JSON.parse(text))
            else reject(new Error(`${path} answered ${answer.statusCode}: ${text}`))
          })
        },
      )
      asked.on('timeout', () => asked.destroy(new Error(`${path} did not answer`)))
      asked.on('error', reject)
      asked.end()
    })
  }
}
