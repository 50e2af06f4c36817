/** What the gateway measures about itself. A sensor that a unit does not have reads null. */
import { clock, cpu, memory } from './sensors.js'

export async function takeReadings() {
  const { temperature } = await cpu()
  const { total, used } = await memory()
  const { at, uptimeSeconds } = clock()
  return {
    at,
    cpuTemperatureCelsius: temperature.main > 0 ? temperature.main : null,
    memoryTotalBytes: total,
    memoryUsedBytes: used,
    uptimeSeconds,
  }
}
