/** What the gateway measures about itself. A sensor that a unit does not have reads null. */
import systeminformation from 'systeminformation'

export async function takeReadings() {
  const temperature = await systeminformation.cpuTemperature()
  const memory = await systeminformation.mem()
  const { current, uptime } = systeminformation.time()
  return {
    at: new Date(Number(current)).toISOString(),
    cpuTemperatureCelsius: temperature.main > 0 ? temperature.main : null,
    memoryTotalBytes: memory.total,
    memoryUsedBytes: memory.used,
    uptimeSeconds: Math.round(Number(uptime)),
  }
}
