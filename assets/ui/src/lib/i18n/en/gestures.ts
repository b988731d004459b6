export const gestures = {
  title: 'Gestures',
}
