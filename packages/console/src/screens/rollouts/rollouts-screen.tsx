import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function RolloutsScreen() {
  return <Screen title={say('screens.rollouts')} />
}
