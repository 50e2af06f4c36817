/** Uploads an artifact into a bucket, slowly, until somebody kills it. Argument: the settings as JSON. */
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { S3Artifacts } from '../../src/adapters/s3/s3-artifacts.ts'

const { settings, sha256, length } = JSON.parse(process.argv[2] ?? '')

async function* slowly(): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < length; sent += 1_000_000) {
    yield Buffer.alloc(Math.min(1_000_000, length - sent), 1)
    await sleep(20)
  }
}

const store = await S3Artifacts.open(settings, {
  now: () => new Date(),
  log: pino({ level: 'silent' }),
})
await store.receive(slowly(), { sha256, length })
