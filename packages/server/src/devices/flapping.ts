/**
 * Devices that come and go: when connecting again and again is more than a restart. Of connections nothing is kept but
 * how many there were in the hour that runs, counted where presence is written (adapters/sql/devices/connection-counts.ts).
 */

/**
 * A device that flaps connected more often than this in an hour. An update that is taken back restarts it twice, a
 * renewed certificate and a server that is updated cost a connection each: that is four. A line that breaks every eight
 * minutes makes seven.
 */
export const CALM_MAX_CONNECTIONS = 6

/** How long connections are counted together, and how long a device that flapped goes on being one that flaps. */
export const FLAPPING_SECONDS = 3600

/**
 * `flappedAt`: when the last connection came that was one too many. Less than an hour off, on either side: clocks of
 * servers differ, and one that was set back must not let a device flap until it has caught up.
 */
export function isFlapping(flappedAt: number | undefined, now: number): boolean {
  return flappedAt !== undefined && Math.abs(now - flappedAt) < FLAPPING_SECONDS
}
