/** The gateway's sensors, one function each, so that a unit with other sensors changes one place. */
import systeminformation from 'systeminformation'

/** Degrees Celsius; null when the unit has no such sensor. */
export async function cpu() {
  const { main } = await systeminformation.cpuTemperature()
  return { temperatureCelsius: main > 0 ? main : null }
}

/** Bytes. */
export async function memory() {
  const { total, used } = await systeminformation.mem()
  return { total, used }
}

export function clock() {
  const { current, uptime } = systeminformation.time()
  return { at: new Date(Number(current)).toISOString(), uptimeSeconds: Math.round(Number(uptime)) }
}
