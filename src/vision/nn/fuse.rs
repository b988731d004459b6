//! Joins neighbouring layers that can be computed in one pass, so that values in between are never
//! stored. Every rewrite keeps the result (up to rounding); a value that something else also reads is
//! left alone.

use super::layer::{Act, Layer, Node, Program};

/// Rewrites `program`. With `blocks`, inverted residuals and depthwise blocks become one node each,
/// which suits a CPU's caches; a device without such a kernel runs their parts.
pub fn fuse(program: Program, blocks: bool) -> Program {
    let mut rewriter = Rewriter::new(program);
    rewriter.each(Rewriter::activation);
    rewriter.each(Rewriter::upsample_after_product);
    rewriter.each(Rewriter::sum);
    rewriter.each(Rewriter::pad_after_pool);
    if blocks {
        rewriter.each(Rewriter::block);
    }
    rewriter.each(Rewriter::copy);
    rewriter.finish()
}

struct Rewriter {
    program: Program,
    /// The nodes being rewritten; `None` where one was merged into a later or earlier one.
    nodes: Vec<Option<Node>>,
}

/// Who makes each value and how many read it, by home.
struct Links {
    maker: Vec<Option<usize>>,
    uses: Vec<usize>,
}

impl Rewriter {
    fn new(mut program: Program) -> Self {
        let nodes = std::mem::take(&mut program.nodes).into_iter().map(Some).collect();
        Self { program, nodes }
    }

    fn finish(mut self) -> Program {
        self.program.nodes = self.nodes.into_iter().flatten().collect();
        self.program
    }

    /// Offers every node to `rule`, which may rewrite it and the one that makes its source.
    fn each(&mut self, rule: fn(&mut Self, &mut Links, usize)) {
        let mut links = self.links();
        for index in 0..self.nodes.len() {
            if self.nodes[index].is_some() {
                rule(self, &mut links, index);
            }
        }
    }

    fn links(&self) -> Links {
        let mut links = Links {
            maker: vec![None; self.program.values.len()],
            uses: vec![0; self.program.values.len()],
        };
        for (index, node) in self.nodes.iter().enumerate() {
            let Some(node) = node else { continue };
            links.maker[self.program.home(node.output).0] = Some(index);
            for value in [Some(node.source), node.residual].into_iter().flatten() {
                links.uses[self.program.home(value).0] += 1;
            }
        }
        for &output in &self.program.outputs {
            links.uses[self.program.home(output).0] += 1;
        }
        links
    }

    /// The node that makes `value`, if only one node reads it and it is no mere view.
    fn sole_maker(&self, links: &Links, value: usize) -> Option<usize> {
        let whole = self.program.home(value) == (value, 0) && links.uses[value] == 1;
        links.maker[value].filter(|&maker| whole && self.nodes[maker].is_some())
    }

    fn take(&mut self, index: usize) -> Option<Node> {
        self.nodes[index].take()
    }

    /// An activation moves into the layer before it.
    fn activation(&mut self, links: &mut Links, index: usize) {
        let Some(Node { layer: Layer::Activate { act, .. }, source, output, .. }) =
            &self.nodes[index]
        else {
            return;
        };
        let (act, output) = (act.clone(), *output);
        let Some(maker) = self.sole_maker(links, *source) else { return };
        let Some(node) = &mut self.nodes[maker] else { return };
        let slot = match &mut node.layer {
            Layer::Conv { product, .. } | Layer::Pointwise { product, .. } => &mut product.act,
            Layer::Add { act, .. } | Layer::Upsample { act, .. } => act,
            _ => return,
        };
        if *slot != Act::None || self.program.values[output].within.is_some() {
            return;
        }
        *slot = act;
        node.output = output;
        links.maker[output] = Some(maker);
        self.nodes[index] = None;
    }

    /// A 1x1 convolution of an upsampled picture is the upsampled 1x1 convolution (the four
    /// interpolation weights add up to 1, so the bias survives), for a quarter of the work.
    fn upsample_after_product(&mut self, links: &mut Links, index: usize) {
        let Some(Node { layer: Layer::Pointwise { .. }, source, residual: None, .. }) =
            &self.nodes[index]
        else {
            return;
        };
        let between = *source;
        let Some(maker) = self.sole_maker(links, between) else { return };
        let plain = matches!(
            &self.nodes[maker],
            Some(Node { layer: Layer::Upsample { act: Act::None, .. }, residual: None, .. })
        );
        if !plain {
            return;
        }
        let (Some(up), Some(product_node)) = (self.take(maker), self.take(index)) else { return };
        let (Layer::Upsample { in_h, in_w, .. }, Layer::Pointwise { mut product, .. }) =
            (up.layer, product_node.layer)
        else {
            return;
        };
        let act = std::mem::replace(&mut product.act, Act::None);
        let c = product.n;
        self.program.values[between].len = in_h * in_w * c;
        let small = Layer::Pointwise { pixels: in_h * in_w, product };
        self.nodes[maker] =
            Some(Node { layer: small, source: up.source, residual: None, output: between });
        let large = Layer::Upsample { in_h, in_w, c, act };
        self.nodes[index] = Some(Node {
            layer: large,
            source: between,
            residual: None,
            output: product_node.output,
        });
    }

    /// A sum moves into the layer that makes one of its sides.
    fn sum(&mut self, links: &mut Links, index: usize) {
        let Some(Node { layer: Layer::Add { act, .. }, source, residual: Some(other), output }) =
            &self.nodes[index]
        else {
            return;
        };
        let (act, sides, output) = (act.clone(), [(*source, *other), (*other, *source)], *output);
        for (made, kept) in sides {
            let Some(maker) = self.sole_maker(links, made).filter(|_| made != kept) else {
                continue;
            };
            let fits = match &self.nodes[maker] {
                Some(Node {
                    layer: Layer::Conv { product, .. } | Layer::Pointwise { product, .. },
                    residual: None,
                    ..
                }) => product.act == Act::None,
                // Here the addition comes after the layer's own activation.
                Some(Node { layer: Layer::Upsample { .. }, residual: None, .. }) => {
                    act == Act::None
                }
                _ => false,
            };
            let Some(mut node) = (if fits { self.take(maker) } else { None }) else { continue };
            if let Layer::Conv { product, .. } | Layer::Pointwise { product, .. } = &mut node.layer
            {
                product.act = act;
            }
            node.residual = Some(kept);
            node.output = output;
            // It moves to where the sum was: only there are both sides ready.
            self.nodes[index] = Some(node);
            links.maker[output] = Some(index);
            return;
        }
    }

    /// Added channels become part of the pooling before.
    fn pad_after_pool(&mut self, links: &mut Links, index: usize) {
        let Some(Node {
            layer: Layer::Pool { slide, out_c, act: Act::None }, source, output, ..
        }) = &self.nodes[index]
        else {
            return;
        };
        let only_pads = (slide.kh, slide.kw, slide.stride_h, slide.stride_w) == (1, 1, 1, 1);
        let (wide, output) = (*out_c, *output);
        let Some(maker) = self.sole_maker(links, *source).filter(|_| only_pads) else { return };
        let Some(Node { layer: Layer::Pool { out_c, .. }, output: made, .. }) =
            &mut self.nodes[maker]
        else {
            return;
        };
        (*out_c, *made) = (wide, output);
        links.maker[output] = Some(maker);
        self.nodes[index] = None;
    }

    /// Depthwise and the product after it, and the product before it if there is one, become a block.
    fn block(&mut self, links: &mut Links, index: usize) {
        let Some(Node { layer: Layer::Pointwise { .. }, source, .. }) = &self.nodes[index] else {
            return;
        };
        let Some(middle) = self.sole_maker(links, *source) else { return };
        let Some(Node { layer: Layer::Depthwise(_), source: before, .. }) = &self.nodes[middle]
        else {
            return;
        };
        let first = self.sole_maker(links, *before).filter(|&first| {
            let node = self.nodes[first].as_ref();
            matches!(node, Some(Node { layer: Layer::Pointwise { product, .. }, residual: None, .. })
                if !matches!(product.act, Act::Prelu(_)))
        });
        let (Some(last), Some(dw)) = (self.take(index), self.take(middle)) else { return };
        let (Layer::Pointwise { product: project, .. }, Layer::Depthwise(depthwise)) =
            (last.layer, dw.layer)
        else {
            return;
        };
        let mut source = dw.source;
        let expand = match first.and_then(|first| self.take(first)) {
            Some(Node { layer: Layer::Pointwise { product, .. }, source: earlier, .. }) => {
                source = earlier;
                Some(product)
            }
            _ => None,
        };
        let layer = Layer::Block { expand, depthwise, project };
        self.nodes[index] =
            Some(Node { layer, source, residual: last.residual, output: last.output });
    }

    /// A part of a concatenation is written where it belongs at once.
    fn copy(&mut self, links: &mut Links, index: usize) {
        let Some(Node { layer: Layer::Copy { rows: 1, offset, .. }, source, output, .. }) =
            &self.nodes[index]
        else {
            return;
        };
        let (home, at) = self.program.home(*source);
        let (output, offset) = (*output, *offset);
        let made_here = links.maker[home].is_some() && home != self.program.input;
        if at != 0 || !made_here || links.uses[home] != 1 || self.program.home(output).0 == home {
            return;
        }
        self.program.values[home].within = Some((output, offset));
        self.nodes[index] = None;
    }
}
