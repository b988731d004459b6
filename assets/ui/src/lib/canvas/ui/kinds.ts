/** Icons of what can stand on the stage, and the colours that the tray offers. */
import Box from '@lucide/svelte/icons/box'
import Circle from '@lucide/svelte/icons/circle'
import Cone from '@lucide/svelte/icons/cone'
import Cylinder from '@lucide/svelte/icons/cylinder'
import Image from '@lucide/svelte/icons/image'
import Sparkles from '@lucide/svelte/icons/message-square-text'
import PenLine from '@lucide/svelte/icons/pen-line'
import Square from '@lucide/svelte/icons/square'
import Torus from '@lucide/svelte/icons/torus'
import Type from '@lucide/svelte/icons/type'
import type { Component } from 'svelte'
import type { Form } from '../../api/types'

export const ICONS: Record<Form['kind'], Component> = {
  box: Box,
  sphere: Circle,
  cone: Cone,
  cylinder: Cylinder,
  torus: Torus,
  plane: Square,
  text: Type,
  picture: Image,
  stroke: PenLine,
  answer: Sparkles,
}

/** Bright enough for a dark room and a projector, each told apart from the others by everyone's eyes. */
export const COLOURS = [
  '#4be3b4',
  '#3d9bff',
  '#8f7bff',
  '#ff6f91',
  '#ff8a4c',
  '#ffc93d',
  '#f4f6f2',
  '#46524d',
] as const
