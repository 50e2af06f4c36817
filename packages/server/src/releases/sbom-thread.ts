/** The thread of read-sbom.ts. */
import { parentPort, workerData } from 'node:worker_threads'
import { readSbom, SbomError } from '@fleetward/vulnerability'
import type { SbomReading } from './read-sbom.ts'

parentPort?.postMessage(await reading(workerData as Uint8Array))

async function reading(bytes: Uint8Array): Promise<SbomReading> {
  try {
    const { format, formatVersion, components } = await readSbom(bytes)
    return { about: { format, formatVersion, componentsCount: components.length } }
  } catch (error) {
    if (!(error instanceof SbomError)) throw error
    const { code, message, next } = error
    return { refused: { code, message, next } }
  }
}
