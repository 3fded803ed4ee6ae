package dev.pharos.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ChartTests {
    private final Results results = new Results();

    @Test
    void barsAreAsLongAsTheirFigures() throws Exception {
        results.add("Pharos", Row.TCP_1, 5000);
        results.add("nebula", Row.TCP_1, 500);
        results.add("bound", Row.TCP_1, 10000);

        List<Double> widths = new ArrayList<>();
        NodeList bars = picture("<A> & \"B\"").getElementsByTagName("rect");
        for (int i = 0; i < bars.getLength(); i++) {
            widths.add(Double.parseDouble(((Element) bars.item(i)).getAttribute("width")));
        }

        assertThat(widths).hasSize(3);
        assertThat(widths.get(0)).isEqualTo(10 * widths.get(1));
        assertThat(widths.get(2)).isEqualTo(2 * widths.get(0));
    }

    @Test
    void onlyWhatWasMeasuredHasAPanel() throws Exception {
        results.add("Pharos", Row.PING, 0.2);

        assertThat(picture("Figures").getDocumentElement().getTextContent())
                .contains("Figures", "ping, idle, ms (less is better)", "0.200")
                .doesNotContain("TCP", "nebula");
    }

    private Document picture(String title) throws Exception {
        byte[] svg = Chart.of(title, results).getBytes(StandardCharsets.UTF_8);
        return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(new ByteArrayInputStream(svg));
    }
}
