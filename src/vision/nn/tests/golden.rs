//! Whole networks against numbers that XNNPACK computed.

use super::super::kernels::Simd;
use super::super::{HandModel, Network};
use super::{load, outputs, set_input};

/// Output, element, value.
type Golden = (usize, usize, f32);

/// Computed by XNNPACK (ai-edge-litert 2.3.0) for the input of [`golden_input`].
fn golden(model: HandModel) -> &'static [Golden] {
    const LOGIT_ROWS: usize = 2015;
    match model {
        HandModel::PalmFull => &[
            (0, 0, 2.0720),
            (0, 1, 2.6653),
            (0, 2, 16.0600),
            (0, 3, 16.0581),
            (0, LOGIT_ROWS * 18, 28.5460),
            (0, LOGIT_ROWS * 18 + 1, 6.4192),
            (0, LOGIT_ROWS * 18 + 2, 100.3592),
            (0, LOGIT_ROWS * 18 + 3, 100.6813),
            (1, 0, -5.9597),
            (1, 780, -5.6974),
            (1, 1152, -13.9176),
            (1, LOGIT_ROWS, -13.0453),
        ],
        HandModel::PalmLite => &[
            (0, 0, 4.6558),
            (0, 1, 1.1605),
            (0, 2, 21.2627),
            (0, 3, 21.2487),
            (1, 0, -8.4215),
            (1, 560, -1.3729),
            (1, 1152, -9.7024),
            (1, LOGIT_ROWS, -16.3641),
        ],
        HandModel::LandmarkFull => &[
            (0, 0, 123.800),
            (0, 1, 171.174),
            (0, 2, 0.000),
            (0, 3, 116.568),
            (0, 4, 149.439),
            (0, 5, 3.707),
            (1, 0, 0.005671),
            (2, 0, 0.797800),
            (3, 0, 0.01802),
            (3, 1, 0.09130),
            (3, 2, 0.05858),
        ],
        HandModel::LandmarkLite => &[
            (0, 0, 111.314),
            (0, 1, 177.599),
            (0, 2, 0.000),
            (0, 3, 112.175),
            (0, 4, 158.416),
            (0, 5, 7.424),
            (1, 0, 0.072404),
            (2, 0, 0.335996),
            (3, 0, 0.00027),
            (3, 1, 0.04857),
            (3, 2, -0.01064),
        ],
    }
}

/// `((7 y + 3 x + 11 c) mod 17) / 16`.
fn golden_input(network: &Network) -> Vec<f32> {
    let (_, h, w, c) = network.input().dims4().unwrap();
    let value =
        |at: usize| ((7 * (at / c / w) + 3 * (at / c % w) + 11 * (at % c)) % 17) as f32 / 16.0;
    (0..h * w * c).map(value).collect()
}

#[test]
fn every_model_gives_xnnpacks_numbers_on_every_instruction_set() {
    for simd in Simd::available() {
        for model in HandModel::ALL {
            let mut network = load(model.bytes(), simd).unwrap();
            set_input(&network, golden_input(&network));
            network.run().unwrap();
            let first = outputs(&network);
            for &(output, element, expected) in golden(model) {
                let got = first[output][element];
                assert!(
                    (got - expected).abs() <= 1e-3,
                    "{simd:?} {model:?} {output}[{element}]: {got}, not {expected}"
                );
            }
            network.run().unwrap();
            assert_eq!(first, outputs(&network), "{simd:?} {model:?}: a second run gives the same");
        }
    }
}

#[test]
fn a_path_that_the_cpu_lacks_is_refused_in_words() {
    let lacking = [Simd::Avx512, Simd::Avx2, Simd::Neon]
        .into_iter()
        .find(|simd| !Simd::available().contains(simd));
    let error = load(HandModel::LandmarkLite.bytes(), lacking.unwrap()).unwrap_err();
    assert!(error.to_string().contains("this CPU has no"), "{error}");
}
