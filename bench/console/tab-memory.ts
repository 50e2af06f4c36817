/** What a tab holds once everything that can be collected has been: what a leak adds to, hour after hour. */
import type { CDPSession, Page } from 'playwright-core'

export interface TabMemory {
  readonly heapMiB: number
  readonly nodes: number
  readonly listeners: number
}

export class MeasuredTab {
  readonly page: Page
  /** Answers of the API that the tab has had. */
  asked = 0
  readonly #debugger: CDPSession

  private constructor(page: Page, session: CDPSession) {
    this.page = page
    this.#debugger = session
    page.on('response', (response) => {
      if (response.url().includes('/api/1/') && !response.url().includes('/events')) this.asked += 1
    })
  }

  static async of(page: Page): Promise<MeasuredTab> {
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable')
    return new MeasuredTab(page, session)
  }

  /** Collected twice: what was reachable from what a finalizer let go only goes with the second. */
  async memory(): Promise<TabMemory> {
    await this.#debugger.send('HeapProfiler.collectGarbage')
    await this.#debugger.send('HeapProfiler.collectGarbage')
    const { metrics } = await this.#debugger.send('Performance.getMetrics')
    const read = (name: string) =>
      metrics.find((metric) => metric.name === name)?.value ?? Number.NaN
    return {
      heapMiB: read('JSHeapUsedSize') / 2 ** 20,
      nodes: read('Nodes'),
      listeners: read('JSEventListeners'),
    }
  }
}
