/**
 * Decides whether the firmware in this slot works: the service answers, it is this version, and it
 * can take a reading. Exit code 0: it works. 1: it does not, and the line on stderr says why.
 */
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const STARTING_LIMIT_MS = 15_000
const ANSWER_LIMIT_MS = 10_000
const PAUSE_MS = 100

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'))

try {
  const port = await waitForThisVersion()
  await requireReading(port)
  process.stdout.write(`self-test passed: ${version} answers and takes readings\n`)
} catch (error) {
  process.stderr.write(`self-test failed: ${error.message}\n`)
  process.exitCode = 1
}

/** The port file may still be that of the slot before, so the version decides. */
async function waitForThisVersion() {
  const giveUpAt = Date.now() + STARTING_LIMIT_MS
  let seen = 'no port file'
  while (Date.now() < giveUpAt) {
    try {
      const port = Number(readFileSync(join(process.env.FLEETWARD_DATA ?? '', 'port'), 'utf8'))
      const { body } = await get(port, '/health')
      if (body.status === 'ok' && body.version === version) return port
      seen = `version ${body.version}, status ${body.status}`
    } catch (error) {
      seen = error.message
    }
    await pause(PAUSE_MS)
  }
  throw new Error(`the service of ${version} did not answer in time (${seen})`)
}

async function requireReading(port) {
  const { status, body } = await get(port, '/readings')
  if (status !== 200) throw new Error(`GET /readings answered ${status}: ${body.error}`)
  if (!(body.memoryTotalBytes > 0) || Number.isNaN(Date.parse(body.at))) {
    throw new Error(`GET /readings answered no reading: ${JSON.stringify(body)}`)
  }
}

function get(port, path) {
  const host = process.env.HOST ?? '127.0.0.1'
  return new Promise((resolve, reject) => {
    request({ host, port, path, timeout: ANSWER_LIMIT_MS }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part) => {
        text += part
      })
      response.on('error', reject)
      response.on('end', () => {
        try {
          resolve({ status: response.statusCode, body: JSON.parse(text) })
        } catch (cause) {
          reject(new Error(`${path} answered no JSON`, { cause }))
        }
      })
    })
      .on('timeout', () => reject(new Error(`${path} did not answer in time`)))
      .on('error', reject)
      .end()
  })
}
