/**
 * The firmware of the Lumen Gateway G1: one HTTP service.
 *
 *   GET /health     is it running, and which version
 *   GET /readings   what the gateway measures
 *   GET /history    the readings of the last hour
 *
 * FLEETWARD_DATA is the product's own data folder; it outlives updates. The port in use is written
 * there, into the file `port`, so that the self-test and the owner's tools find the service.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { readHistory, startHistory } from './history.js'
import { takeReadings } from './readings.js'

const { name, version } = JSON.parse(
  readFileSync(new URL('./package.json', import.meta.url), 'utf8'),
)

const dataFolder = process.env.FLEETWARD_DATA
if (!dataFolder) {
  process.stderr.write(
    'FLEETWARD_DATA is not set: it names the folder for the data of the product.\n',
  )
  process.exit(2)
}

const routes = {
  '/health': () => ({
    status: 'ok',
    product: name,
    version,
    slot: process.env.FLEETWARD_SLOT ?? '',
  }),
  '/readings': () => takeReadings(),
  '/history': () => readHistory(),
}

const server = createServer(async (request, response) => {
  const answer = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify(body)}\n`)
  }
  const route = routes[new URL(request.url ?? '/', 'http://gateway').pathname]
  if (route === undefined) return answer(404, { error: 'no such page' })
  if (request.method !== 'GET') return answer(405, { error: 'only GET' })
  try {
    answer(200, await route())
  } catch (error) {
    process.stderr.write(`${request.url}: ${error.stack}\n`)
    answer(500, { error: 'the gateway could not answer' })
  }
})

server.on('error', (error) => {
  process.stderr.write(`${name} ${version} cannot listen: ${error.message}\n`)
  process.exit(1)
})

server.listen(Number(process.env.PORT ?? 0), process.env.HOST ?? '127.0.0.1', () => {
  const { port } = server.address()
  mkdirSync(dataFolder, { recursive: true })
  // Written beside and renamed: a reader never sees half a number.
  writeFileSync(join(dataFolder, 'port.new'), `${port}\n`)
  renameSync(join(dataFolder, 'port.new'), join(dataFolder, 'port'))
  process.stdout.write(`${name} ${version} serves on port ${port}\n`)
  startHistory()
})

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0))
    server.closeIdleConnections()
    // Requests under way get a second to finish.
    setTimeout(() => process.exit(0), 1000).unref()
  })
}
