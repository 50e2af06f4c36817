/** The last readings, one every {@link SAMPLE_INTERVAL_MS}, kept in memory. */
import { takeReadings } from './readings.js'

const SAMPLE_INTERVAL_MS = 30_000
const SAMPLES_MAX_COUNT = 120

const samples = []

export const readHistory = () => ({ intervalSeconds: SAMPLE_INTERVAL_MS / 1000, samples })

export function startHistory() {
  const sample = async () => {
    try {
      samples.push(await takeReadings())
      if (samples.length > SAMPLES_MAX_COUNT) samples.shift()
    } catch (error) {
      process.stderr.write(`no sample for the history: ${error.stack}\n`)
    }
  }
  setInterval(sample, SAMPLE_INTERVAL_MS).unref()
  void sample()
}
